package com.kruxos.dashboard.page;

import java.time.Instant;

/**
 * One audit record.
 *
 * @param principal type and name, such as {@code agent build-bot}
 * @param outcome the word in the log, such as {@code done} or {@code refused}
 * @param kind the word in the log, such as {@code call.closed}
 */
public record AuditRow(
        long seq, Instant time, String principal, String action, String target, String outcome, String kind) {
    public AuditRow {
        Preconditions.requireNotNegative(seq);
    }

    String outcomeCssClass() {
        return switch (outcome) {
            case "done", "answered" -> "good";
            case "refused", "withheld" -> "warn";
            case "failed", "interrupted", "error", "not_sent", "lost", "timed_out", "broken" -> "bad";
            default -> "plain";
        };
    }
}
