package com.kruxos.dashboard.agent;

/**
 * A tool of a Space.
 *
 * @param description what its server says about it; anybody's text
 * @param allowed whether the rules let this agent call it
 */
public record ToolRow(String name, String server, String description, boolean allowed) {}
