package com.kruxos.dashboard;

import java.util.Comparator;
import java.util.List;

/** What pages say about how things are. */
final class Verdicts {
    private Verdicts() {}

    /** One sentence over everything. */
    static String of(Overview overview) {
        var notGreen = overview.checks().stream()
                .filter(check -> check.level() != Level.GREEN)
                .count();
        return switch (overview.level()) {
            case GREEN -> "All is well";
            case YELLOW -> notGreen == 0 ? "Worth a look" : Words.counted(notGreen, "thing", "things") + " to look at";
            case RED -> "Something is broken";
        };
    }

    static List<Check> worstFirst(List<Check> checks) {
        return checks.stream()
                .sorted(Comparator.comparing(Check::level).reversed())
                .toList();
    }

    /** The look of an outcome; a word nobody knows here looks like nothing in particular. */
    static String css(String outcome) {
        return switch (outcome) {
            case "done" -> "good";
            case "refused", "withheld" -> "warn";
            case "failed", "interrupted" -> "bad";
            default -> "plain";
        };
    }
}
