package com.kruxos.server;

import com.kruxos.rpc.Kind;
import com.kruxos.rpc.Replies;
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
final class Lives {
    private final Surroundings runtime;
    private final FeatureTable features;
    private final Catalogs catalogs;
    private final Changes changes;

    /** By the server's id. */
    private final Map<String, Upstream> shared = new ConcurrentHashMap<>();

    private record Own(String server, Session session) {}

    private final Map<Own, Upstream> own = new ConcurrentHashMap<>();

    /** What sessions follow of servers that are switched off: with its next life it is followed again. */
    private final Map<Own, Subscriptions> resting = new ConcurrentHashMap<>();

    /**
     * Begins with none.
     *
     * @param catalogs kept up to date with what all of them list
     * @param changes told behind that
     */
    Lives(Surroundings runtime, FeatureTable features, Catalogs catalogs, Changes changes) {
        this.runtime = runtime;
        this.features = features;
        this.catalogs = catalogs;
        this.changes = changes;
    }

    /** The shared lives of all servers. */
    Collection<Upstream> shared() {
        return Collections.unmodifiableCollection(shared.values());
    }

    @Nullable
    Upstream shared(String server) {
        return shared.get(server);
    }

    /** The shared lives of a Space's servers. */
    Stream<Upstream> in(String space) {
        return shared.values().stream().filter(life -> life.server().space().equals(space));
    }

    /** Those of one session alone. */
    Stream<Upstream> own(Session session) {
        return own.entrySet().stream()
                .filter(life -> life.getKey().session() == session)
                .map(Map.Entry::getValue);
    }

    /** Both kinds. */
    Stream<Upstream> all() {
        return Stream.concat(shared.values().stream(), own.values().stream());
    }

    /** Declares a server, in place of what it was before. Starts nothing. */
    Upstream put(Server server, Subscriptions subscriptions) {
        var life = new Upstream(server, runtime, features, subscriptions, null, kind -> {
            index();
            changes.changed(server.space(), kind);
        });
        shared.put(server.id(), life);
        return life;
    }

    /** It is still running when this returns. */
    @Nullable
    Upstream remove(String server) {
        return shared.remove(server);
    }

    /** The one that answers a session: its own where the server has one for each agent. */
    @Nullable
    Upstream of(String server, Session session) {
        var common = shared.get(server);
        if (common == null || !common.server().perAgent() || !common.server().enabled()) {
            return common;
        }
        var mine = new Own(server, session);
        var made = own.computeIfAbsent(mine, key -> begun(key, common.server()));
        if (made.bind()) {
            session.whenEnded(() -> end(mine));
        }
        if (shared.get(server) != common) {
            // The server was switched off or removed meanwhile, and whoever did it may have seen no such life yet.
            if (own.get(mine) == made) {
                rest(mine);
            }
            return of(server, session);
        }
        return made;
    }

    private Upstream begun(Own which, Server server) {
        var session = which.session();
        var followed = resting.remove(which);
        var client = new Client(session, server, runtime.audit());
        var life = new Upstream(
                server, runtime, features, followed == null ? new Subscriptions() : followed, client, kind -> {
                    catalogs.index(session, own(session));
                    session.line().send(Replies.notification(kind.news(), null));
                });
        session.wantedLogLevel().ifPresent(life.wishes()::log);
        return life;
    }

    /** Ends those of a server that sessions have for themselves. */
    void endOwn(String server) {
        those(server, own).forEach(this::end);
        those(server, resting).forEach(resting::remove);
    }

    /** The same, for a while: those that follow something begin again with {@link #wake}. */
    void rest(String server) {
        those(server, own).forEach(this::rest);
    }

    private void rest(Own which) {
        var life = own.get(which);
        if (life != null && !life.wishes().subscriptions().all().isEmpty()) {
            resting.put(which, life.wishes().subscriptions());
            which.session().whenEnded(() -> resting.remove(which));
        }
        end(which);
    }

    /** The server is switched on again. */
    void wake(String server) {
        for (var which : those(server, resting)) {
            var life = of(server, which.session());
            if (life != null) {
                life.start();
            }
        }
    }

    private static List<Own> those(String server, Map<Own, ?> some) {
        return some.keySet().stream()
                .filter(which -> which.server().equals(server))
                .toList();
    }

    /** Returns at once: whoever ends a session must not wait for a process. */
    private void end(Own which) {
        var gone = own.remove(which);
        if (gone != null) {
            catalogs.index(which.session(), own(which.session()));
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
    void index() {
        catalogs.index(shared.values(), this::own);
    }

    /** The agents of a Space hear that its lists are others. */
    void changed(String space) {
        Stream.of(Kind.TOOL, Kind.PROMPT, Kind.RESOURCE).forEach(kind -> changes.changed(space, kind));
    }
}
