package com.kruxos.server;

import com.kruxos.session.Session;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** What the agents of each Space see, and those few sessions whose own lives list something else. For any thread. */
final class Catalogs {
    /** By Space; replaced whole. */
    private volatile Map<String, Catalog> spaces = Map.of();

    private final Map<Session, Catalog> others = new ConcurrentHashMap<>();

    Catalog of(Session session) {
        var mine = others.get(session);
        return mine == null ? common(session) : mine;
    }

    private Catalog common(Session session) {
        return spaces.getOrDefault(session.opening().space(), Catalog.EMPTY);
    }

    /** Some list of a shared life is another one now, or a server has come or gone. */
    synchronized void index(Collection<Upstream> shared, Function<Session, Stream<Upstream>> own) {
        var next = new HashMap<String, Catalog>();
        for (var life : shared) {
            var space = next.computeIfAbsent(life.server().space(), id -> new Catalog());
            life.listed().forEach(space::add);
        }
        spaces = next;
        others.keySet().forEach(session -> index(session, own.apply(session)));
    }

    /** Some list of a session's own lives is another one now. */
    synchronized void index(Session session, Stream<Upstream> own) {
        var common = common(session);
        var catalog = common;
        for (var life : own.toList()) {
            catalog = catalog.with(life.own(), life.server().id());
        }
        if (catalog == common) {
            others.remove(session);
        } else {
            others.put(session, catalog);
        }
    }
}
