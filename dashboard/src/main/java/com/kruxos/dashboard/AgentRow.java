package com.kruxos.dashboard;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An agent in a list.
 *
 * @param href its page; what is done to it has addresses below this one
 * @param lastFour of its newest key; empty when no key counts
 * @param expires absent when it has no end
 * @param sessions how many it has open
 */
public record AgentRow(
        String id,
        String href,
        String name,
        String space,
        String purpose,
        State state,
        String lastFour,
        Instant created,
        @Nullable Instant expires,
        int sessions) {
    public AgentRow {
        Values.href(href);
        Values.atLeastNothing(sessions);
    }
}
