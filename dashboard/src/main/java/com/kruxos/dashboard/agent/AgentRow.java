package com.kruxos.dashboard.agent;

import com.kruxos.dashboard.page.Preconditions;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One agent.
 *
 * @param href its page; actions on it have paths below this one
 * @param lastFour of its newest key; empty if it has no valid key
 * @param expires null if never
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
