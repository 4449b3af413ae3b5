package com.kruxos.server;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The MCP servers of every Space. */
public final class Servers {
    public Server add(NewServer server) {
        return soon();
    }

    public Optional<Server> find(String space, String nameOrId) {
        return soon();
    }

    public List<Server> list(@Nullable String space) {
        return soon();
    }

    public boolean remove(String id) {
        return soon();
    }

    public Server setEnabled(String id, boolean enabled) {
        return soon();
    }

    public List<ToolInfo> tools(String id) {
        return soon();
    }

    public List<String> logs(String id) {
        return soon();
    }

    public ServerState state(String id) {
        return soon();
    }
    /** A secret has a new value or is gone: what depends on it is recycled. Returns the names of those servers. */
    public List<String> secretChanged(String space, String scope, @Nullable String key) {
        return soon();
    }

    private static <T> T soon() {
        throw new UnsupportedOperationException();
    }
}
