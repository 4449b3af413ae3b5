package com.kruxos.server;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of the state of a server.
 *
 * @param detail the reason, for a person
 * @param hint what to do about it; absent when there is nothing to do
 * @param pid the process; absent when there is none
 */
public record ServerState(
        Phase phase,
        @Nullable String detail,
        @Nullable String hint,
        Instant since,
        @Nullable Long pid,
        int toolCount) {
    /** The states of {@code SupervisorState}; {@code BROKEN} is backing off after several failures in a row. */
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
