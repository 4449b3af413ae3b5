package com.kruxos.server;

import com.kruxos.session.Session;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The catalog of each Space, and of each session whose per-agent instances list other features. Safe for any thread.
 */
final class CatalogIndex {
    /** By Space id. Replaced as a whole. */
    private volatile Map<String, Catalog> spaceCatalogs = Map.of();

    private final Map<Session, Catalog> sessionCatalogs = new ConcurrentHashMap<>();

    Catalog catalogFor(Session session) {
        var own = sessionCatalogs.get(session);
        return own == null ? spaceCatalog(session) : own;
    }

    private Catalog spaceCatalog(Session session) {
        return spaceCatalogs.getOrDefault(session.connectionInfo().spaceId(), Catalog.EMPTY);
    }

    /**
     * Called when servers are added or removed, or when the list of a shared instance changes.
     *
     * @param ofSession the per-agent supervisors of a session
     */
    synchronized void rebuild(
            Collection<ServerSupervisor> shared, Function<Session, Stream<ServerSupervisor>> ofSession) {
        var next = new HashMap<String, Catalog>();
        for (var supervisor : shared) {
            var space = next.computeIfAbsent(supervisor.server().space(), id -> new Catalog());
            supervisor.features().forEach(space::add);
        }
        spaceCatalogs = next;
        sessionCatalogs.keySet().forEach(session -> rebuild(session, ofSession.apply(session)));
    }

    /** Called when the list of a per-agent instance changes, or when such an instance ends. */
    synchronized void rebuild(Session session, Stream<ServerSupervisor> supervisors) {
        var common = spaceCatalog(session);
        var catalog = common;
        for (var supervisor : supervisors.toList()) {
            catalog = catalog.withLists(
                    supervisor.sessionLists(), supervisor.server().id());
        }
        if (catalog == common) {
            sessionCatalogs.remove(session);
        } else {
            sessionCatalogs.put(session, catalog);
        }
    }
}
