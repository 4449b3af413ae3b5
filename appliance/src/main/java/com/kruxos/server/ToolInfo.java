package com.kruxos.server;

/**
 * A tool, as it is shown to a person.
 *
 * @param name what agents call it
 * @param upstreamName what its server calls it
 */
public record ToolInfo(String name, String upstreamName, String title, String description) {}
