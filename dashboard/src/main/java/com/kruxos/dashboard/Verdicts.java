package com.kruxos.dashboard;

import java.util.Comparator;
import java.util.List;

/** What pages say about how things are. */
final class Verdicts {
    private Verdicts() {}

    /** One sentence over everything. */
    static String of(Overview overview) {
        var problems = count(overview, Level.RED);
        var warnings = count(overview, Level.YELLOW);
        return switch (overview.level()) {
            case GREEN, ADVICE -> "All is well";
            case YELLOW -> Words.counted(Math.max(1, warnings), "warning", "warnings");
            case RED ->
                Words.counted(Math.max(1, problems), "problem", "problems")
                        + (warnings == 0 ? "" : ", " + Words.counted(warnings, "warning", "warnings"));
        };
    }

    private static long count(Overview overview, Level level) {
        return overview.checks().stream()
                .filter(check -> check.level() == level)
                .count();
    }

    static List<Check> worstFirst(List<Check> checks) {
        return checks.stream()
                .sorted(Comparator.comparing(Check::level).reversed())
                .toList();
    }

    /** The look of an outcome; a word nobody knows here looks like nothing in particular. */
    static String css(String outcome) {
        return switch (outcome) {
            case "done", "answered" -> "good";
            case "refused", "withheld" -> "warn";
            case "failed", "interrupted", "error", "not_sent", "lost", "timed_out", "broken" -> "bad";
            default -> "plain";
        };
    }
}
