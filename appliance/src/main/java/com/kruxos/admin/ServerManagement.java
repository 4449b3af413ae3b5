package com.kruxos.admin;

import com.kruxos.server.NewServer;
import com.kruxos.server.Server;
import com.kruxos.server.ServerState;
import com.kruxos.server.Servers;
import com.kruxos.server.ToolInfo;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What administration needs of the servers. It is an interface so that what people may do with servers can be tested
 * without starting any.
 */
public interface ServerManagement {
    Server add(NewServer server);

    Optional<Server> find(String space, String nameOrId);

    List<Server> list(@Nullable String space);

    boolean remove(String id);

    Server setEnabled(String id, boolean enabled);

    List<ToolInfo> tools(String id);

    List<String> logs(String id);

    ServerState state(String id);

    /** Whether a program can be kept from the network here. */
    boolean canIsolateNetwork();

    /** The names of the servers that are recycled because a secret, or a whole scope, has changed or gone. */
    List<String> secretChanged(String space, String scope, @Nullable String key);

    /** The real ones. */
    static ServerManagement of(Servers servers) {
        return new ServerManagement() {
            @Override
            public Server add(NewServer server) {
                return servers.add(server);
            }

            @Override
            public Optional<Server> find(String space, String nameOrId) {
                return servers.find(space, nameOrId);
            }

            @Override
            public List<Server> list(@Nullable String space) {
                return servers.list(space);
            }

            @Override
            public boolean remove(String id) {
                return servers.remove(id);
            }

            @Override
            public Server setEnabled(String id, boolean enabled) {
                return servers.setEnabled(id, enabled);
            }

            @Override
            public List<ToolInfo> tools(String id) {
                return servers.tools(id);
            }

            @Override
            public List<String> logs(String id) {
                return servers.logs(id);
            }

            @Override
            public ServerState state(String id) {
                return servers.state(id);
            }

            @Override
            public boolean canIsolateNetwork() {
                return servers.supportsOffline();
            }

            @Override
            public List<String> secretChanged(String space, String scope, @Nullable String key) {
                return servers.onSecretChanged(space, scope, key);
            }
        };
    }
}
