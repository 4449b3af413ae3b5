package com.kruxos.server;

import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.session.Caller;
import com.kruxos.session.Session;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The supervisors of all servers: one shared by all agents for each server, and one for each session where the server
 * is per-agent. Safe for any thread.
 */
final class InstancePool {
    private final ServerRuntime runtime;
    private final CatalogIndex catalogIndex;
    private final ListChangedListener listChangedListener;

    /** By server id. */
    private final Map<String, ServerSupervisor> shared = new ConcurrentHashMap<>();

    private record SessionInstanceKey(String serverId, Session session) {}

    private final Map<SessionInstanceKey, ServerSupervisor> perSession = new ConcurrentHashMap<>();

    /** Subscriptions of sessions at disabled per-agent servers, restored when the server is enabled. */
    private final Map<SessionInstanceKey, Subscriptions> suspendedSubscriptions = new ConcurrentHashMap<>();

    /**
     * Creates an empty pool.
     *
     * @param catalogIndex rebuilt when the lists of an instance change
     * @param listChangedListener called after that
     */
    InstancePool(ServerRuntime runtime, CatalogIndex catalogIndex, ListChangedListener listChangedListener) {
        this.runtime = runtime;
        this.catalogIndex = catalogIndex;
        this.listChangedListener = listChangedListener;
    }

    Collection<ServerSupervisor> shared() {
        return Collections.unmodifiableCollection(shared.values());
    }

    @Nullable
    ServerSupervisor findShared(String serverId) {
        return shared.get(serverId);
    }

    Stream<ServerSupervisor> sharedInSpace(String spaceId) {
        return shared.values().stream()
                .filter(supervisor -> supervisor.server().space().equals(spaceId));
    }

    Stream<ServerSupervisor> ofCaller(Caller caller) {
        return perSession.entrySet().stream()
                .filter(entry -> entry.getKey().session().id().equals(caller.sessionId()))
                .map(Map.Entry::getValue);
    }

    /** Shared and per-session supervisors. */
    Stream<ServerSupervisor> all() {
        return Stream.concat(shared.values().stream(), perSession.values().stream());
    }

    /** Adds a server, or replaces its definition. Starts nothing. */
    ServerSupervisor putShared(Server server, Subscriptions subscriptions) {
        var supervisor = new ServerSupervisor(server, runtime, subscriptions, null, kind -> {
            rebuildCatalogs();
            listChangedListener.onListChanged(server.space(), kind);
        });
        shared.put(server.id(), supervisor);
        return supervisor;
    }

    /** Removes a server from the pool; its instance is still running. */
    @Nullable
    ServerSupervisor removeShared(String serverId) {
        return shared.remove(serverId);
    }

    /**
     * The supervisor that serves this session: its own where the server is per-agent and enabled, else the shared one.
     */
    @Nullable
    ServerSupervisor forSession(String serverId, Session session) {
        var common = shared.get(serverId);
        if (common == null || !common.server().perAgent() || !common.server().enabled()) {
            return common;
        }
        var key = new SessionInstanceKey(serverId, session);
        var created = new AtomicBoolean();
        var supervisor = perSession.computeIfAbsent(key, absent -> {
            created.set(true);
            return createForSession(absent, common.server());
        });
        if (created.get()) {
            session.onEnd(() -> end(key));
        }
        if (shared.get(serverId) != common) {
            // The server was disabled or removed meanwhile, perhaps before this instance could be found and ended.
            if (perSession.get(key) == supervisor) {
                suspend(key);
            }
            return forSession(serverId, session);
        }
        return supervisor;
    }

    private ServerSupervisor createForSession(SessionInstanceKey key, Server server) {
        var session = key.session();
        var suspended = suspendedSubscriptions.remove(key);
        var subscriptions = suspended == null ? new Subscriptions() : suspended;
        var relay = new ServerRequestRelay(session, server, runtime.audit());
        var supervisor = new ServerSupervisor(server, runtime, subscriptions, relay, kind -> {
            catalogIndex.rebuild(session.caller(), ofCaller(session.caller()));
            session.connection().send(JsonRpcWriter.notification(kind.listChangedMethod(), null));
        });
        session.requestedLogLevel().ifPresent(supervisor.desiredState()::lowerLogLevelTo);
        return supervisor;
    }

    /** Ends the per-session instances of a removed server. */
    void endSessionInstances(String serverId) {
        keysOf(serverId, perSession).forEach(this::end);
        keysOf(serverId, suspendedSubscriptions).forEach(suspendedSubscriptions::remove);
    }

    /** Ends the per-session instances of a disabled server and keeps their subscriptions until {@link #resume}. */
    void suspend(String serverId) {
        keysOf(serverId, perSession).forEach(this::suspend);
    }

    private void suspend(SessionInstanceKey key) {
        var supervisor = perSession.get(key);
        if (supervisor != null
                && !supervisor.desiredState().subscriptions().uris().isEmpty()) {
            suspendedSubscriptions.put(key, supervisor.desiredState().subscriptions());
            key.session().onEnd(() -> suspendedSubscriptions.remove(key));
        }
        end(key);
    }

    /** Starts an instance for each session that still has subscriptions at a server that is enabled again. */
    void resume(String serverId) {
        for (var key : keysOf(serverId, suspendedSubscriptions)) {
            var supervisor = forSession(serverId, key.session());
            if (supervisor != null) {
                supervisor.start();
            }
        }
    }

    private static List<SessionInstanceKey> keysOf(String serverId, Map<SessionInstanceKey, ?> map) {
        return map.keySet().stream()
                .filter(key -> key.serverId().equals(serverId))
                .toList();
    }

    /** Does not wait for the process, because the thread that ends a session must not block. */
    private void end(SessionInstanceKey key) {
        var removed = perSession.remove(key);
        if (removed != null) {
            catalogIndex.rebuild(key.session().caller(), ofCaller(key.session().caller()));
            Thread.ofVirtual().name("end-per-agent").start(removed::close);
        }
    }

    /** Ends all instances in parallel. Returns when their processes are gone. */
    void close() {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            all().forEach(supervisor -> threads.execute(supervisor::close));
        }
    }

    void rebuildCatalogs() {
        catalogIndex.rebuild(shared.values(), this::ofCaller);
    }

    /** Tells the agents of a Space to read all lists again. */
    void notifyListsChanged(String spaceId) {
        Stream.of(FeatureKind.TOOL, FeatureKind.PROMPT, FeatureKind.RESOURCE)
                .forEach(kind -> listChangedListener.onListChanged(spaceId, kind));
    }
}
