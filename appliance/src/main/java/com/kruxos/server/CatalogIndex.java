package com.kruxos.server;

import com.kruxos.session.Caller;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The catalog of each Space, and of each session whose per-agent instances list other features. Safe for any thread.
 */
final class CatalogIndex {
    /** By Space id. Replaced as a whole. */
    private volatile Map<String, Catalog> spaceCatalogs = Map.of();

    private record SessionCatalog(Caller caller, Catalog catalog) {}

    private final Map<String, SessionCatalog> sessionCatalogs = new ConcurrentHashMap<>();

    Catalog catalogFor(Caller caller) {
        var own = caller.sessionId() == null ? null : sessionCatalogs.get(caller.sessionId());
        return own == null ? spaceCatalog(caller) : own.catalog();
    }

    private Catalog spaceCatalog(Caller caller) {
        return spaceCatalogs.getOrDefault(caller.spaceId(), Catalog.EMPTY);
    }

    /**
     * Called when servers are added or removed, or when the list of a shared instance changes.
     *
     * @param ofSession the per-agent supervisors of a session
     */
    synchronized void rebuild(
            Collection<ServerSupervisor> shared, Function<Caller, Stream<ServerSupervisor>> ofSession) {
        var next = new HashMap<String, Catalog>();
        for (var supervisor : shared) {
            var space = next.computeIfAbsent(supervisor.server().space(), id -> new Catalog());
            supervisor.features().forEach(space::add);
        }
        spaceCatalogs = next;
        List.copyOf(sessionCatalogs.values()).forEach(own -> rebuild(own.caller(), ofSession.apply(own.caller())));
    }

    /** Called when the list of a per-agent instance changes, or when such an instance ends. */
    synchronized void rebuild(Caller caller, Stream<ServerSupervisor> supervisors) {
        var sessionId = Objects.requireNonNull(caller.sessionId());
        var common = spaceCatalog(caller);
        var catalog = common;
        for (var supervisor : supervisors.toList()) {
            catalog = catalog.withLists(
                    supervisor.sessionLists(), supervisor.server().id());
        }
        if (catalog == common) {
            sessionCatalogs.remove(sessionId);
        } else {
            sessionCatalogs.put(sessionId, new SessionCatalog(caller, catalog));
        }
    }
}
