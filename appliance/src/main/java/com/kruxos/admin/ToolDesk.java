package com.kruxos.admin;

import com.kruxos.identity.Agent;
import com.kruxos.policy.AccessPolicy;
import com.kruxos.policy.AccessRequest;
import com.kruxos.policy.Tier;
import com.kruxos.rpc.Method;
import com.kruxos.server.ToolInfo;
import java.util.List;

/** What an agent may call. */
public final class ToolDesk {
    /**
     * A tool of an agent's Space.
     *
     * @param server the name of the server that has it
     * @param tier what the rules say when this agent calls it
     */
    public record View(ToolInfo tool, String server, Tier tier) {}

    private final ServerShelf servers;
    private final AccessPolicy policy;

    ToolDesk(Parts parts) {
        servers = parts.servers();
        policy = parts.policy();
    }

    /** The tools of the servers that run or ran, those that are blocked for this agent too. */
    public List<View> of(Agent agent) {
        return servers.list(agent.space()).stream()
                .flatMap(server -> servers.tools(server.id()).stream()
                        .map(tool -> new View(
                                tool,
                                server.name(),
                                policy.decide(new AccessRequest(
                                                agent.name(),
                                                Method.TOOLS_CALL.wireName(),
                                                server.name(),
                                                tool.upstreamName()))
                                        .tier())))
                .toList();
    }
}
