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
}
