package com.kruxos.server;

import com.kruxos.rpc.Definition;
import com.kruxos.rpc.Kind;

/** One tool, prompt, resource or template of one server, as agents of its Space see it. */
public final class Feature {
    private final Kind kind;
    private final String server;
    private final String serverName;
    private final String name;
    private final Definition definition;
    private final byte[] shown;

    Feature(Kind kind, Server server, String name, Definition definition) {
        this.kind = kind;
        this.server = server.id();
        this.serverName = server.name();
        this.name = name;
        this.definition = definition;
        this.shown = definition.named(name);
    }

    public Kind kind() {
        return kind;
    }

    /** The server's id. */
    public String server() {
        return server;
    }

    public String serverName() {
        return serverName;
    }

    /** What agents call it: a name, or a URI. */
    public String name() {
        return name;
    }

    /** What its server calls it. */
    public String upstreamName() {
        return definition.key();
    }

    /** The definition agents get: the server's bytes with our name. Shared; nobody writes into it. */
    public byte[] shown() {
        return shown;
    }

    ToolInfo info() {
        return new ToolInfo(name, definition.key(), definition.title(), definition.description());
    }
}
