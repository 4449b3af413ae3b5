package com.kruxos.server;

import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.session.Session;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who answers for each server: a life that all agents share, or one for each session. Safe for any thread. */
final class InstancePool {
    private final ServerDependencies dependencies;
    private final FeatureTable features;
    private final CatalogIndex catalogIndex;
    private final ListChangedListener listChangedListener;

    /** By the server's id. */
    private final Map<String, ServerSupervisor> shared = new ConcurrentHashMap<>();

    private record SessionInstanceKey(String server, Session session) {}

    private final Map<SessionInstanceKey, ServerSupervisor> perSession = new ConcurrentHashMap<>();

    /** What sessions follow of servers that are switched off: with its next life it is followed again. */
    private final Map<SessionInstanceKey, Subscriptions> suspendedSubscriptions = new ConcurrentHashMap<>();

    /**
     * Begins with none.
     *
     * @param catalogs kept up to date with what all of them list
     * @param changes told behind that
     */
    InstancePool(
            ServerDependencies runtime, FeatureTable features, CatalogIndex catalogs, ListChangedListener changes) {
        this.dependencies = runtime;
        this.features = features;
        this.catalogIndex = catalogs;
        this.listChangedListener = changes;
    }

    /** The shared lives of all servers. */
    Collection<ServerSupervisor> shared() {
        return Collections.unmodifiableCollection(shared.values());
    }

    @Nullable
    ServerSupervisor findShared(String server) {
        return shared.get(server);
    }

    /** The shared lives of a Space's servers. */
    Stream<ServerSupervisor> sharedInSpace(String space) {
        return shared.values().stream().filter(life -> life.server().space().equals(space));
    }

    /** Those of one session alone. */
    Stream<ServerSupervisor> ofSession(Session session) {
        return perSession.entrySet().stream()
                .filter(life -> life.getKey().session() == session)
                .map(Map.Entry::getValue);
    }

    /** Both kinds. */
    Stream<ServerSupervisor> all() {
        return Stream.concat(shared.values().stream(), perSession.values().stream());
    }

    /** Declares a server, in place of what it was before. Starts nothing. */
    ServerSupervisor putShared(Server server, Subscriptions subscriptions) {
        var life = new ServerSupervisor(server, dependencies, features, subscriptions, null, kind -> {
            rebuildCatalogs();
            listChangedListener.onListChanged(server.space(), kind);
        });
        shared.put(server.id(), life);
        return life;
    }

    /** It is still running when this returns. */
    @Nullable
    ServerSupervisor removeShared(String server) {
        return shared.remove(server);
    }

    /** The one that answers a session: its own where the server has one for each agent. */
    @Nullable
    ServerSupervisor forSession(String server, Session session) {
        var common = shared.get(server);
        if (common == null || !common.server().perAgent() || !common.server().enabled()) {
            return common;
        }
        var mine = new SessionInstanceKey(server, session);
        var made = perSession.computeIfAbsent(mine, key -> createForSession(key, common.server()));
        if (made.claimSessionEndHook()) {
            session.onEnd(() -> end(mine));
        }
        if (shared.get(server) != common) {
            // The server was switched off or removed meanwhile, and whoever did it may have seen no such life yet.
            if (perSession.get(mine) == made) {
                suspend(mine);
            }
            return forSession(server, session);
        }
        return made;
    }

    private ServerSupervisor createForSession(SessionInstanceKey which, Server server) {
        var session = which.session();
        var followed = suspendedSubscriptions.remove(which);
        var client = new ServerRequestRelay(session, server, dependencies.audit());
        var life = new ServerSupervisor(
                server, dependencies, features, followed == null ? new Subscriptions() : followed, client, kind -> {
                    catalogIndex.rebuild(session, ofSession(session));
                    session.connection().send(JsonRpcWriter.notification(kind.listChangedMethod(), null));
                });
        session.requestedLogLevel().ifPresent(life.desiredState()::lowerLogLevelTo);
        return life;
    }

    /** Ends those of a server that sessions have for themselves. */
    void endSessionInstances(String server) {
        keysOf(server, perSession).forEach(this::end);
        keysOf(server, suspendedSubscriptions).forEach(suspendedSubscriptions::remove);
    }

    /** The same, for a while: those that follow something begin again with {@link #resume}. */
    void suspend(String server) {
        keysOf(server, perSession).forEach(this::suspend);
    }

    private void suspend(SessionInstanceKey which) {
        var life = perSession.get(which);
        if (life != null && !life.desiredState().subscriptions().uris().isEmpty()) {
            suspendedSubscriptions.put(which, life.desiredState().subscriptions());
            which.session().onEnd(() -> suspendedSubscriptions.remove(which));
        }
        end(which);
    }

    /** The server is switched on again. */
    void resume(String server) {
        for (var which : keysOf(server, suspendedSubscriptions)) {
            var life = forSession(server, which.session());
            if (life != null) {
                life.start();
            }
        }
    }

    private static List<SessionInstanceKey> keysOf(String server, Map<SessionInstanceKey, ?> some) {
        return some.keySet().stream()
                .filter(which -> which.server().equals(server))
                .toList();
    }

    /** Returns at once: whoever ends a session must not wait for a process. */
    private void end(SessionInstanceKey which) {
        var gone = perSession.remove(which);
        if (gone != null) {
            catalogIndex.rebuild(which.session(), ofSession(which.session()));
            Thread.ofVirtual().name("end-personal").start(gone::close);
        }
    }

    /** Ends all, and returns when their processes are gone. */
    void close() {
        try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
            all().forEach(life -> each.execute(life::close));
        }
    }

    /** Servers have come or gone. */
    void rebuildCatalogs() {
        catalogIndex.rebuild(shared.values(), this::ofSession);
    }

    /** The agents of a Space hear that its lists are others. */
    void notifyListsChanged(String space) {
        Stream.of(FeatureKind.TOOL, FeatureKind.PROMPT, FeatureKind.RESOURCE)
                .forEach(kind -> listChangedListener.onListChanged(space, kind));
    }
}
