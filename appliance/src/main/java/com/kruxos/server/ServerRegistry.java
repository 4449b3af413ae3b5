package com.kruxos.server;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The configured servers, as administration sees them. An interface, so that tests need no processes. */
public interface ServerRegistry {
    /** Adds a server and begins to start it. The caller has checked that the name is free. */
    Server add(NewServer wanted);

    Optional<Server> find(String spaceId, String nameOrId);

    /** The servers of a Space, ordered by name; of every Space when none is given. */
    List<Server> list(@Nullable String spaceId);

    /** Stops and deletes a server. Returns when its process is gone; false when there is no such server. */
    boolean remove(String serverId);

    /** Returns the server as it is now. */
    Server setEnabled(String serverId, boolean enabled);

    List<ToolInfo> tools(String serverId);

    /** The latest lines of the server's error output and of our own remarks, redacted. */
    List<String> logs(String serverId);

    ServerState state(String serverId);

    /** Whether a program can be kept from the network on this machine. */
    boolean supportsOffline();

    /**
     * Restarts the servers that use a secret that was changed or deleted. Calls in flight finish with the old value.
     *
     * @param key absent when all secrets of the scope are affected
     * @return the names of the servers that use it
     */
    List<String> onSecretChanged(String spaceId, String scope, @Nullable String key);
}
