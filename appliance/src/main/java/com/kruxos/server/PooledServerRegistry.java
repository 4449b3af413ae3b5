package com.kruxos.server;

import com.kruxos.credential.CredentialResolver;
import com.kruxos.credential.HeaderTemplate;
import com.kruxos.result.Ids;
import com.kruxos.rpc.FeatureKind;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The registry over the database and the pool. */
final class PooledServerRegistry implements ServerRegistry {
    private final ServerTable table;
    private final ServerDependencies dependencies;
    private final InstancePool instances;

    PooledServerRegistry(ServerTable table, ServerDependencies dependencies, InstancePool instances) {
        this.table = table;
        this.dependencies = dependencies;
        this.instances = instances;
    }

    @Override
    public Server add(NewServer wanted) {
        var server = new Server(
                Ids.newId("srv"),
                wanted.space(),
                wanted.name(),
                wanted.command(),
                wanted.env(),
                wanted.plainEnv(),
                grantedScopes(wanted),
                wanted.cwd(),
                wanted.prefixed(),
                wanted.url(),
                wanted.headers(),
                wanted.perAgent(),
                wanted.offline(),
                true,
                dependencies.clock().instant());
        table.insert(server);
        putAndStart(server, new Subscriptions());
        return server;
    }

    /** A secret named in the environment or in a header grants its scope. */
    private static Set<String> grantedScopes(NewServer wanted) {
        var grants = new HashSet<>(wanted.grants());
        wanted.env()
                .values()
                .forEach(reference -> grants.add(CredentialResolver.parseReference(wanted.space(), reference)
                        .scope()));
        wanted.headers()
                .values()
                .forEach(value -> HeaderTemplate.of(wanted.space(), value)
                        .secrets()
                        .forEach(secret -> grants.add(secret.scope())));
        return grants;
    }

    private void putAndStart(Server server, Subscriptions subscriptions) {
        instances.putShared(server, subscriptions).start();
        instances.rebuildCatalogs();
    }

    @Override
    public Optional<Server> find(String spaceId, String nameOrId) {
        return instances
                .sharedInSpace(spaceId)
                .map(ServerSupervisor::server)
                .filter(server -> server.name().equals(nameOrId) || server.id().equals(nameOrId))
                .findFirst();
    }

    @Override
    public List<Server> list(@Nullable String spaceId) {
        return (spaceId == null ? instances.shared().stream() : instances.sharedInSpace(spaceId))
                .map(ServerSupervisor::server)
                .sorted(Comparator.comparing(Server::name))
                .toList();
    }

    @Override
    public boolean remove(String serverId) {
        var supervisor = instances.removeShared(serverId);
        if (supervisor == null) {
            return false;
        }
        instances.rebuildCatalogs();
        supervisor.close();
        instances.endSessionInstances(serverId);
        table.delete(serverId);
        instances.notifyListsChanged(supervisor.server().space());
        return true;
    }

    @Override
    public Server setEnabled(String serverId, boolean enabled) {
        var old = require(serverId);
        if (old.server().enabled() == enabled) {
            return old.server();
        }
        table.setEnabled(serverId, enabled);
        var server = old.server().withEnabled(enabled);
        // Replaced before the old one is closed, so that no new instance starts after the close.
        putAndStart(server, old.desiredState().subscriptions());
        old.close();
        if (enabled) {
            instances.resume(serverId);
        } else {
            instances.suspend(serverId);
        }
        instances.notifyListsChanged(server.space());
        return server;
    }

    @Override
    public List<ToolInfo> tools(String serverId) {
        var supervisor = instances.findShared(serverId);
        return supervisor == null
                ? List.of()
                : supervisor.features(FeatureKind.TOOL).stream()
                        .map(Feature::toToolInfo)
                        .toList();
    }

    @Override
    public List<String> logs(String serverId) {
        var supervisor = instances.findShared(serverId);
        return supervisor == null ? List.of() : supervisor.logLines();
    }

    @Override
    public ServerState state(String serverId) {
        return require(serverId).state();
    }

    private ServerSupervisor require(String serverId) {
        var supervisor = instances.findShared(serverId);
        if (supervisor == null) {
            throw new IllegalArgumentException("no server " + serverId);
        }
        return supervisor;
    }

    @Override
    public boolean supportsOffline() {
        return dependencies.launcher().supportsOffline();
    }

    @Override
    public List<String> onSecretChanged(String spaceId, String scope, @Nullable String key) {
        var affected = instances.shared().stream()
                .map(ServerSupervisor::server)
                .filter(server -> uses(server, spaceId, scope, key))
                .map(Server::name)
                .sorted()
                .toList();
        instances
                .all()
                .filter(supervisor -> uses(supervisor.server(), spaceId, scope, key))
                .forEach(ServerSupervisor::recycle);
        return affected;
    }

    private static boolean uses(Server server, String spaceId, String scope, @Nullable String key) {
        return server.space().equals(spaceId) && server.uses(scope, key);
    }
}
