package com.kruxos.admin;

import com.kruxos.identity.Agent;
import com.kruxos.policy.AccessPolicy;
import com.kruxos.policy.AccessRequest;
import com.kruxos.policy.Tier;
import com.kruxos.rpc.McpMethod;
import com.kruxos.server.ServerRegistry;
import com.kruxos.server.ToolInfo;
import java.util.List;

/** The tools that an agent may call. */
public final class ToolAdmin {
    /**
     * A tool of an agent's Space.
     *
     * @param server the name of its server
     * @param tier the decision of the policy for this agent
     */
    public record ToolView(ToolInfo tool, String server, Tier tier) {}

    private final ServerRegistry servers;
    private final AccessPolicy policy;

    ToolAdmin(AdminDependencies dependencies) {
        servers = dependencies.servers();
        policy = dependencies.policy();
    }

    /** The listed tools of all servers of its Space, including those that are blocked for this agent. */
    public List<ToolView> toolsOf(Agent agent) {
        return servers.list(agent.space()).stream()
                .flatMap(server -> servers.tools(server.id()).stream()
                        .map(tool -> new ToolView(
                                tool,
                                server.name(),
                                policy.decide(new AccessRequest(
                                                agent.space(),
                                                agent.name(),
                                                McpMethod.TOOLS_CALL.wireName(),
                                                server.id(),
                                                server.name(),
                                                tool.upstreamName()))
                                        .tier())))
                .toList();
    }
}
