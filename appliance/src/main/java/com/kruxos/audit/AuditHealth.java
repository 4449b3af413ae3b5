package com.kruxos.audit;

/**
 * Whether audit records can be written.
 *
 * @param reason empty when GREEN
 * @param hint the next step; empty when GREEN
 */
public record AuditHealth(HealthState state, String reason, String hint) {
    /** YELLOW: records are written, but there is no disk reserve. RED: no new records are written. */
    public enum HealthState {
        GREEN,
        YELLOW,
        RED
    }

    static final AuditHealth GREEN = new AuditHealth(HealthState.GREEN, "", "");
}
