package com.kruxos.server;

import com.kruxos.session.Session;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** What the agents of each Space see, and those few sessions whose own lives list something else. For any thread. */
final class CatalogIndex {
    /** By Space; replaced whole. */
    private volatile Map<String, Catalog> spaceCatalogs = Map.of();

    private final Map<Session, Catalog> sessionCatalogs = new ConcurrentHashMap<>();

    Catalog catalogFor(Session session) {
        var mine = sessionCatalogs.get(session);
        return mine == null ? spaceCatalog(session) : mine;
    }

    private Catalog spaceCatalog(Session session) {
        return spaceCatalogs.getOrDefault(session.connectionInfo().spaceId(), Catalog.EMPTY);
    }

    /** Some list of a shared life is another one now, or a server has come or gone. */
    synchronized void rebuild(Collection<ServerSupervisor> shared, Function<Session, Stream<ServerSupervisor>> own) {
        var next = new HashMap<String, Catalog>();
        for (var life : shared) {
            var space = next.computeIfAbsent(life.server().space(), id -> new Catalog());
            life.features().forEach(space::add);
        }
        spaceCatalogs = next;
        sessionCatalogs.keySet().forEach(session -> rebuild(session, own.apply(session)));
    }

    /** Some list of a session's own lives is another one now. */
    synchronized void rebuild(Session session, Stream<ServerSupervisor> own) {
        var common = spaceCatalog(session);
        var catalog = common;
        for (var life : own.toList()) {
            catalog = catalog.withLists(life.sessionLists(), life.server().id());
        }
        if (catalog == common) {
            sessionCatalogs.remove(session);
        } else {
            sessionCatalogs.put(session, catalog);
        }
    }
}
