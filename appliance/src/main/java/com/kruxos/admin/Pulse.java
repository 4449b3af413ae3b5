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
 * @param servers how many servers are in each state, the states without any too
 * @param records how many records the audit holds
 * @param calls agents' calls since the start by outcome; empty when nobody counts them
 */
public record Pulse(
        String version,
        Instant started,
        List<Check> checks,
        int sessions,
        SortedMap<String, Integer> servers,
        long records,
        Map<String, Long> calls) {
    public Pulse {
        checks = List.copyOf(checks);
        servers = new TreeMap<>(servers);
        calls = new TreeMap<>(calls);
    }
}
