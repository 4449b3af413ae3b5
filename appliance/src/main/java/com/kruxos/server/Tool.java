package com.kruxos.server;

import com.kruxos.rpc.ToolDefinition;

/** One tool of one server, as agents of its Space see it. */
public final class Tool {
    private final String server;
    private final String serverName;
    private final String name;
    private final ToolDefinition definition;
    private final byte[] shown;

    Tool(String server, String serverName, String name, ToolDefinition definition) {
        this.server = server;
        this.serverName = serverName;
        this.name = name;
        this.definition = definition;
        this.shown = definition.named(name);
    }

    /** The server's id. */
    public String server() {
        return server;
    }

    public String serverName() {
        return serverName;
    }

    /** What agents call it. */
    public String name() {
        return name;
    }

    /** What its server calls it. */
    public String upstreamName() {
        return definition.name();
    }

    /** The definition agents get: the server's bytes with our name. Shared; nobody writes into it. */
    public byte[] shown() {
        return shown;
    }

    ToolInfo info() {
        return new ToolInfo(name, definition.name(), definition.title(), definition.description());
    }
}
