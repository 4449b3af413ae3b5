package com.kruxos.admin;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Figures for the metrics endpoint.
 *
 * @param sessions the number of open sessions
 * @param serversByState the number of servers in each state, including states without servers
 * @param auditRecords the number of records in the audit log
 * @param callCounts agents' calls since the start by outcome
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
