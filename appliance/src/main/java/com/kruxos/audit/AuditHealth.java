package com.kruxos.audit;

/**
 * Whether records can be written.
 *
 * @param reason empty when green
 * @param hint what a person can do; empty when green
 */
public record AuditHealth(HealthState state, String reason, String hint) {
    /**
     * YELLOW: records are written, but there is no reserve for the day the disk is full. RED: nothing new is recorded.
     */
    public enum HealthState {
        GREEN,
        YELLOW,
        RED
    }

    static final AuditHealth GREEN = new AuditHealth(HealthState.GREEN, "", "");
}
