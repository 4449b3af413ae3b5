package com.kruxos.admin;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Figures for machines that watch.
 *
 * @param sessions how many are open
 * @param serversByState how many servers are in each state, the states without any too
 * @param auditRecords how many records the audit holds
 * @param callCounts agents' calls since the start by outcome; empty when nobody counts them
 */
public record MetricsSnapshot(
        String version,
        Instant started,
        List<HealthCheck> checks,
        int sessions,
        SortedMap<String, Integer> serversByState,
        long auditRecords,
        Map<String, Long> callCounts) {
    public MetricsSnapshot {
        checks = List.copyOf(checks);
        serversByState = new TreeMap<>(serversByState);
        callCounts = new TreeMap<>(callCounts);
    }
}
