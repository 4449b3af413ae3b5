package com.kruxos.dashboard.home;

import com.kruxos.dashboard.page.SafeText;
import com.kruxos.dashboard.page.StatusLevel;
import java.util.Comparator;
import java.util.List;

/** The text over the health checks, and their order. */
final class StatusText {
    private StatusText() {}

    static String summary(Overview overview) {
        var problems = count(overview, StatusLevel.RED);
        var warnings = count(overview, StatusLevel.YELLOW);
        return switch (overview.level()) {
            case GREEN, ADVICE -> "All is well";
            case YELLOW -> SafeText.quantity(Math.max(1, warnings), "warning", "warnings");
            case RED ->
                SafeText.quantity(Math.max(1, problems), "problem", "problems")
                        + (warnings == 0 ? "" : ", " + SafeText.quantity(warnings, "warning", "warnings"));
        };
    }

    private static long count(Overview overview, StatusLevel level) {
        return overview.checks().stream()
                .filter(check -> check.level() == level)
                .count();
    }

    static List<CheckRow> worstFirst(List<CheckRow> checks) {
        return checks.stream()
                .sorted(Comparator.comparing(CheckRow::level).reversed())
                .toList();
    }
}
