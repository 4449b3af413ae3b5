package com.kruxos.policy;

/**
 * One rule of the policy; it matches when all its patterns match.
 *
 * @param name how audit records refer to this rule
 */
public record Rule(String name, Tier tier, Glob agent, Glob server, Glob tool) {
    boolean matches(AccessRequest request) {
        return agent.matches(request.agent()) && server.matches(request.server()) && tool.matches(request.tool());
    }
}
