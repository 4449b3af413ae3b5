package com.kruxos.dashboard.agent;

/**
 * A tool of the agent's Space.
 *
 * @param description from its server; untrusted
 * @param allowed whether the policy lets this agent call it
 */
public record ToolRow(String name, String server, String description, boolean allowed) {}
