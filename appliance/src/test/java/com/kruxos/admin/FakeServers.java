package com.kruxos.admin;

import com.kruxos.server.NewServer;
import com.kruxos.server.Server;
import com.kruxos.server.ServerRegistry;
import com.kruxos.server.ServerState;
import com.kruxos.server.ToolInfo;
import com.kruxos.vault.SecretName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Servers without processes; records which secrets changed. */
public final class FakeServers implements ServerRegistry {
    private static final Instant CREATED = Instant.parse("2026-11-21T08:00:00Z");

    public final List<Server> servers = new ArrayList<>();
    public final List<String> changedSecrets = new ArrayList<>();
    public boolean canIsolate;

    @Override
    public Server add(NewServer server) {
        var added = new Server(
                com.kruxos.result.Ids.newId("srv"),
                server.space(),
                server.name(),
                server.command(),
                server.env(),
                server.plainEnv(),
                server.grants(),
                server.cwd(),
                server.prefixed(),
                server.url(),
                server.headers(),
                server.perAgent(),
                server.offline(),
                true,
                CREATED);
        servers.add(added);
        return added;
    }

    @Override
    public Optional<Server> find(String space, String nameOrId) {
        return list(space).stream()
                .filter(server -> server.name().equals(nameOrId) || server.id().equals(nameOrId))
                .findFirst();
    }

    @Override
    public List<Server> list(@Nullable String space) {
        return servers.stream()
                .filter(server -> space == null || server.space().equals(space))
                .toList();
    }

    @Override
    public boolean remove(String id) {
        return servers.removeIf(server -> server.id().equals(id));
    }

    @Override
    public Server setEnabled(String id, boolean enabled) {
        var before = servers.stream()
                .filter(server -> server.id().equals(id))
                .findFirst()
                .orElseThrow();
        var after = new Server(
                before.id(),
                before.space(),
                before.name(),
                before.command(),
                before.env(),
                before.plainEnv(),
                before.grants(),
                before.cwd(),
                before.prefixed(),
                before.url(),
                before.headers(),
                before.perAgent(),
                before.offline(),
                enabled,
                before.created());
        servers.set(servers.indexOf(before), after);
        return after;
    }

    @Override
    public List<ToolInfo> tools(String id) {
        return List.of(new ToolInfo("git__log", "log", "Log", "Shows the log"));
    }

    @Override
    public List<String> logs(String id) {
        return List.of("one", "two", "three");
    }

    @Override
    public ServerState state(String id) {
        return new ServerState(ServerState.Phase.STOPPED, null, null, CREATED, null, 0);
    }

    @Override
    public boolean supportsOffline() {
        return canIsolate;
    }

    @Override
    public List<String> onSecretChanged(String space, String scope, @Nullable String key) {
        changedSecrets.add(scope + "/" + (key == null ? "" : key));
        return list(space).stream()
                .filter(server -> SecretUsage.mayRead(
                        server, new SecretName(space, SecretName.SHARED, scope, key == null ? "any" : key)))
                .map(Server::name)
                .toList();
    }
}
