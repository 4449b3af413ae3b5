package com.kruxos.dashboard.page;

import java.time.Instant;

/**
 * A session of an agent.
 *
 * @param id its id; part of the address that closes it
 * @param agentHref the agent's page
 * @param client what the other end calls itself; anybody's text
 * @param origin from where it came
 * @param inFlight requests without an answer yet
 */
public record SessionRow(
        String id,
        String agentName,
        String agentHref,
        String space,
        String client,
        String origin,
        Instant since,
        long calls,
        int inFlight) {
    public SessionRow {
        Preconditions.requireId(id);
        Preconditions.requireLocalPath(agentHref);
        Preconditions.requireNotNegative(calls, inFlight);
    }
}
