package com.kruxos.server;

import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.Replies;
import com.kruxos.session.Session;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What agents want of a server that each of its lives must be told: which resources they follow, and from which
 * severity on it logs. Nothing here waits for the server. Safe for any thread.
 */
final class Wishes {
    /** How many subscriptions of our own account are under way at a time. */
    private static final int AT_ONCE = 16;

    private final Subscriptions subscriptions;
    private final Supplier<@Nullable Instance> running;

    /** The least severe that anybody asked for. */
    private final AtomicReference<@Nullable LogLevel> loggedFrom = new AtomicReference<>();

    /**
     * Begins with what agents follow already.
     *
     * @param running the life that is told what changes, if there is one
     */
    Wishes(Subscriptions subscriptions, Supplier<@Nullable Instance> running) {
        this.subscriptions = subscriptions;
        this.running = running;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    /** A life has begun, and has heard nothing yet. */
    void tell(Instance life) {
        asideEach(life, "resources/subscribe", subscriptions.all(), asked -> {});
        var wanted = loggedFrom.get();
        if (wanted != null) {
            tell(life, wanted);
        }
    }

    /** The server is to log from this severity on, unless it was told to log as much or more. */
    void log(LogLevel least) {
        loggedFrom.accumulateAndGet(
                least, (before, now) -> before == null || (now != null && now.compareTo(before) < 0) ? now : before);
        var life = running.get();
        if (life != null) {
            tell(life, least);
        }
    }

    private static void tell(Instance life, LogLevel least) {
        if (life.offers("logging") && life.lowers(least)) {
            life.ask("logging/setLevel", "{\"level\":" + Replies.quoted(least.word()) + "}");
        }
    }

    /** A session that may have followed resources is over. */
    void left(Session session) {
        var left = subscriptions.ended(session);
        var life = running.get();
        if (life != null) {
            asideEach(life, "resources/unsubscribe", left, this::lookBack);
        }
    }

    /** Somebody may have begun to follow it while the server was told that nobody does, and be forgotten there. */
    void lookBack(String uri) {
        var life = running.get();
        if (life != null && subscriptions.followed(uri)) {
            asideEach(life, "resources/subscribe", Set.of(uri), asked -> {});
        }
    }

    /**
     * Says something of each resource, a few at a time: of a server that is asked everything at once some of it would
     * be refused, and nobody would know.
     */
    private static void asideEach(Instance life, String method, Set<String> uris, Consumer<String> then) {
        if (uris.isEmpty()) {
            return;
        }
        Thread.ofVirtual().name("subscriptions").start(() -> {
            var turns = new Semaphore(AT_ONCE);
            for (var uri : uris) {
                turns.acquireUninterruptibly();
                life.ask(method, "{\"uri\":" + Replies.quoted(uri) + "}", () -> {
                    turns.release();
                    then.accept(uri);
                });
            }
        });
    }
}
