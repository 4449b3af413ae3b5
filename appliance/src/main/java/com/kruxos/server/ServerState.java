package com.kruxos.server;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a server is at this moment.
 *
 * @param detail why, for a person
 * @param hint what to do about it; absent when there is nothing to do
 * @param pid the process; absent when none runs
 */
public record ServerState(
        Phase phase,
        @Nullable String detail,
        @Nullable String hint,
        Instant since,
        @Nullable Long pid,
        int toolCount) {
    /**
     *
     *
     * <pre>
     * STOPPED ─► STARTING ─► READY ─► BACKING_OFF ─► STARTING …        (after several failures in a row: BROKEN, tried rarely)
     *               └─► MISSING_SECRET (until the secret is put)        any ─► DISABLED
     * </pre>
     */
    public enum Phase {
        STOPPED,
        STARTING,
        READY,
        BACKING_OFF,
        BROKEN,
        MISSING_SECRET,
        DISABLED
    }
}
