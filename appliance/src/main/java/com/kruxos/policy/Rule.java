package com.kruxos.policy;

/**
 * One line of the owner's rules. Each pattern is a name in which {@code *} stands for anything.
 *
 * @param name how the audit calls this rule
 */
public record Rule(String name, Tier tier, Glob agent, Glob server, Glob tool) {
    boolean matches(AccessRequest question) {
        return agent.matches(question.agent()) && server.matches(question.server()) && tool.matches(question.tool());
    }
}
