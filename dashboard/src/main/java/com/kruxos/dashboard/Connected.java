package com.kruxos.dashboard;

import java.time.Instant;

/**
 * A session of an agent.
 *
 * @param session its id; part of the address that closes it
 * @param agentHref the agent's page
 * @param client what the other end calls itself; anybody's text
 * @param origin from where it came
 * @param inFlight requests without an answer yet
 */
public record Connected(
        String session,
        String agent,
        String agentHref,
        String space,
        String client,
        String origin,
        Instant since,
        long calls,
        int inFlight) {
    public Connected {
        Values.id(session);
        Values.href(agentHref);
        Values.atLeastNothing(calls, inFlight);
    }
}
