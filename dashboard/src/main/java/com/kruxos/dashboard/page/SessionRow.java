package com.kruxos.dashboard.page;

import java.time.Instant;

/**
 * An open session of an agent.
 *
 * @param id part of the path that closes it
 * @param agentHref the agent's page
 * @param client the client's own name; untrusted
 * @param origin the client's address
 * @param inFlight requests that have no response yet
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
