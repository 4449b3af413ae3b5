package com.kruxos.server;

import com.kruxos.rpc.FeatureDefinition;
import com.kruxos.rpc.FeatureKind;

/** A tool, prompt, resource or resource template of one server, as agents of its Space see it. */
public final class Feature {
    private final FeatureKind kind;
    private final String serverId;
    private final String serverName;
    private final String name;
    private final FeatureDefinition definition;
    private final byte[] exposedDefinition;

    Feature(FeatureKind kind, Server server, String name, FeatureDefinition definition) {
        this.kind = kind;
        this.serverId = server.id();
        this.serverName = server.name();
        this.name = name;
        this.definition = definition;
        this.exposedDefinition = definition.withName(name);
    }

    public FeatureKind kind() {
        return kind;
    }

    public String serverId() {
        return serverId;
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

    /** The definition that agents get: the bytes of the server with our name. Shared, so it must not be modified. */
    public byte[] exposedDefinition() {
        return exposedDefinition;
    }

    ToolInfo toToolInfo() {
        return new ToolInfo(name, definition.key(), definition.title(), definition.description());
    }
}
