package com.kruxos.dashboard.agent;

import com.kruxos.dashboard.page.Preconditions;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An agent in a list.
 *
 * @param href its page; what is done to it has addresses below this one
 * @param lastFour of its newest key; empty when no key counts
 * @param expires absent when it has no end
 * @param openSessions how many it has open
 */
public record AgentRow(
        String id,
        String href,
        String name,
        String space,
        String purpose,
        AgentStateLabel state,
        String lastFour,
        Instant created,
        @Nullable Instant expires,
        int openSessions) {
    public AgentRow {
        Preconditions.requireLocalPath(href);
        Preconditions.requireNotNegative(openSessions);
    }
}
