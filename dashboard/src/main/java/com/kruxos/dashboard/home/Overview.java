package com.kruxos.dashboard.home;

import com.kruxos.dashboard.page.Preconditions;
import com.kruxos.dashboard.page.StatusLevel;
import java.time.Instant;
import java.util.List;

/**
 * How the appliance is.
 *
 * @param agents how many there are that are not revoked
 * @param auditRecords how many records the audit log holds
 * @param certificateFingerprint of the certificate this page was served with, to compare with {@code kruxos cert show}
 */
public record Overview(
        StatusLevel level,
        List<CheckRow> checks,
        int agents,
        int servers,
        int sessions,
        long auditRecords,
        String certificateFingerprint,
        Instant started) {
    public Overview {
        checks = List.copyOf(checks);
        Preconditions.require(level != StatusLevel.ADVICE, "advice is of one thing, not of the whole");
        Preconditions.requireNotNegative(agents, servers, sessions, auditRecords);
    }
}
