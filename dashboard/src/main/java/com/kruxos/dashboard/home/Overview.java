package com.kruxos.dashboard.home;

import com.kruxos.dashboard.page.Preconditions;
import com.kruxos.dashboard.page.StatusLevel;
import java.time.Instant;
import java.util.List;

/**
 * The state of the appliance.
 *
 * @param agents all but the revoked
 * @param auditRecords the number of records in the audit log
 * @param certificateFingerprint of the certificate that served this page, to compare with {@code kruxos cert show}
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
        Preconditions.require(level != StatusLevel.ADVICE, "the appliance has no level ADVICE");
        Preconditions.requireNotNegative(agents, servers, sessions, auditRecords);
    }
}
