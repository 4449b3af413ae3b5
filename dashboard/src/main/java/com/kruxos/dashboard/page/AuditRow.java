package com.kruxos.dashboard.page;

import java.time.Instant;

/**
 * A record of the audit log.
 *
 * @param outcome as it stands in the log, such as {@code done} or {@code refused}
 * @param kind as it stands in the log, such as {@code call.closed}
 */
public record AuditRow(
        long seq, Instant time, String principal, String action, String target, String outcome, String kind) {
    public AuditRow {
        Preconditions.requireNotNegative(seq);
    }

    /** The style of the outcome; an unknown outcome has the neutral one. */
    public String outcomeCssClass() {
        return switch (outcome) {
            case "done", "answered" -> "good";
            case "refused", "withheld" -> "warn";
            case "failed", "interrupted", "error", "not_sent", "lost", "timed_out", "broken" -> "bad";
            default -> "plain";
        };
    }
}
