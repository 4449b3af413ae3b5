package com.kruxos.dashboard;

import java.time.Instant;
import java.util.List;

/**
 * How the appliance is.
 *
 * @param agents how many there are that are not revoked
 * @param records how many records the audit log holds
 * @param fingerprint of the certificate this page was served with, to compare with {@code kruxos cert show}
 */
public record Overview(
        Level level,
        List<Check> checks,
        int agents,
        int servers,
        int sessions,
        long records,
        String fingerprint,
        Instant started) {
    public Overview {
        checks = List.copyOf(checks);
        Values.require(level != Level.ADVICE, "advice is of one thing, not of the whole");
        Values.atLeastNothing(agents, servers, sessions, records);
    }
}
