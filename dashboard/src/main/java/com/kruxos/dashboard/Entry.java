package com.kruxos.dashboard;

import java.time.Instant;

/**
 * A record of the audit log.
 *
 * @param outcome as it stands in the log, such as {@code done} or {@code refused}
 * @param kind as it stands in the log, such as {@code call.closed}
 */
public record Entry(long seq, Instant time, String who, String action, String target, String outcome, String kind) {
    public Entry {
        Values.atLeastNothing(seq);
    }
}
