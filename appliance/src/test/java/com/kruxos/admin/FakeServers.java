package com.kruxos.admin;

import com.kruxos.server.NewServer;
import com.kruxos.server.Server;
import com.kruxos.server.ServerState;
import com.kruxos.server.ToolInfo;
import com.kruxos.vault.SecretName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Servers that never run; remembers which secrets it was told of. */
public final class FakeServers implements ServerShelf {
    private static final Instant THEN = Instant.parse("2026-11-21T08:00:00Z");

    public final List<Server> all = new ArrayList<>();
    public final List<String> changed = new ArrayList<>();
    public boolean units;

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
                THEN);
        all.add(added);
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
        return all.stream()
                .filter(server -> space == null || server.space().equals(space))
                .toList();
    }

    @Override
    public boolean remove(String id) {
        return all.removeIf(server -> server.id().equals(id));
    }

    @Override
    public Server setEnabled(String id, boolean enabled) {
        var before = all.stream()
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
        all.set(all.indexOf(before), after);
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
        return new ServerState(ServerState.Phase.STOPPED, null, null, THEN, null, 0);
    }

    @Override
    public boolean canBeOffline() {
        return units;
    }

    @Override
    public List<String> secretChanged(String space, String scope, @Nullable String key) {
        changed.add(scope + "/" + (key == null ? "" : key));
        return list(space).stream()
                .filter(server -> Uses.mayRead(
                        server, new SecretName(space, SecretName.SHARED, scope, key == null ? "any" : key)))
                .map(Server::name)
                .toList();
    }
}
