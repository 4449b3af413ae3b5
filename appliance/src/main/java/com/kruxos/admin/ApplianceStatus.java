package com.kruxos.admin;

import java.util.List;

/**
 * The state of the appliance.
 *
 * @param auditRecords the number of records in the audit log
 * @param headHash the hash of the last record, in hex; empty if there is none
 */
public record ApplianceStatus(
        ApplianceInfo info, List<HealthCheck> checks, InventoryCounts counts, long auditRecords, String headHash) {
    /** Counts over all Spaces. */
    public record InventoryCounts(int spaces, int agents, int servers, int sessions, int secrets) {}

    public ApplianceStatus {
        checks = List.copyOf(checks);
    }

    public HealthCheck.HealthLevel level() {
        return HealthCheck.worstLevel(checks);
    }
}
