package com.kruxos.admin;

import java.util.List;

/**
 * How the appliance is.
 *
 * @param auditRecords how many records the audit holds
 * @param headHash the hash of the last one, in hex; empty when there is none
 */
public record ApplianceStatus(
        ApplianceInfo info, List<HealthCheck> checks, InventoryCounts counts, long auditRecords, String headHash) {
    /** How much there is of everything, over all Spaces. */
    public record InventoryCounts(int spaces, int agents, int servers, int sessions, int secrets) {}

    public ApplianceStatus {
        checks = List.copyOf(checks);
    }

    public HealthCheck.HealthLevel level() {
        return HealthCheck.worstLevel(checks);
    }
}
