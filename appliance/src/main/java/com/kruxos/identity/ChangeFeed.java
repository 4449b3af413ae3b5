package com.kruxos.identity;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The one way in which the caches of this package change: whoever stores a row publishes its id after the commit, and
 * every cache of that subject reads the row again. Caches on the same database share one feed. A database that several
 * nodes share needs only a feed that carries the ids between them.
 *
 * <p>Safe for any thread. Listeners run in the thread that publishes, before {@link #publish} returns.
 */
public final class ChangeFeed {
    enum Subject {
        /** An agent with its keys and tickets. */
        AGENT,
        USER_TOKEN,
        OPERATOR
    }

    private final Map<Subject, List<Consumer<String>>> listeners = new EnumMap<>(Subject.class);

    public ChangeFeed() {
        for (var subject : Subject.values()) {
            listeners.put(subject, new CopyOnWriteArrayList<>());
        }
    }

    /**
     * @param reload reads the row with the given id again, or drops it from the cache when it is gone
     * @param evict drops it when it cannot be read: a credential that may have been revoked must not stay valid
     */
    void subscribe(Subject subject, Consumer<String> reload, Consumer<String> evict) {
        listenersOf(subject).add(id -> {
            try {
                reload.accept(id);
            } catch (RuntimeException e) {
                evict.accept(id);
                throw e;
            }
        });
    }

    /** To be called after the commit, in the order of the commits of this id. */
    void publish(Subject subject, String id) {
        listenersOf(subject).forEach(listener -> listener.accept(id));
    }

    private List<Consumer<String>> listenersOf(Subject subject) {
        return listeners.getOrDefault(subject, List.of());
    }
}
