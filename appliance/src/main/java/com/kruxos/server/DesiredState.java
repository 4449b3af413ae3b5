package com.kruxos.server;

import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.LogLevel;
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
final class DesiredState {
    /** How many subscriptions of our own account are under way at a time. */
    private static final int MAX_CONCURRENT = 16;

    private final Subscriptions subscriptions;
    private final Supplier<@Nullable Instance> runningInstance;

    /** The least severe that anybody asked for. */
    private final AtomicReference<@Nullable LogLevel> logLevel = new AtomicReference<>();

    /**
     * Begins with what agents follow already.
     *
     * @param running the life that is told what changes, if there is one
     */
    DesiredState(Subscriptions subscriptions, Supplier<@Nullable Instance> running) {
        this.subscriptions = subscriptions;
        this.runningInstance = running;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    /** A life has begun, and has heard nothing yet. */
    void replayTo(Instance life) {
        requestEach(life, "resources/subscribe", subscriptions.uris(), asked -> {});
        var wanted = logLevel.get();
        if (wanted != null) {
            sendLogLevel(life, wanted);
        }
    }

    /** The server is to log from this severity on, unless it was told to log as much or more. */
    void lowerLogLevelTo(LogLevel least) {
        logLevel.accumulateAndGet(
                least, (before, now) -> before == null || (now != null && now.compareTo(before) < 0) ? now : before);
        var life = runningInstance.get();
        if (life != null) {
            sendLogLevel(life, least);
        }
    }

    private static void sendLogLevel(Instance life, LogLevel least) {
        if (life.hasCapability("logging") && life.lowerLogLevel(least)) {
            life.requestAsync("logging/setLevel", "{\"level\":" + JsonRpcWriter.quote(least.wireName()) + "}");
        }
    }

    /** A session that may have followed resources is over. */
    void onSessionEnded(Session session) {
        var left = subscriptions.removeSession(session);
        var life = runningInstance.get();
        if (life != null) {
            requestEach(life, "resources/unsubscribe", left, this::resubscribeIfWanted);
        }
    }

    /** Somebody may have begun to follow it while the server was told that nobody does, and be forgotten there. */
    void resubscribeIfWanted(String uri) {
        var life = runningInstance.get();
        if (life != null && subscriptions.hasSubscribers(uri)) {
            requestEach(life, "resources/subscribe", Set.of(uri), asked -> {});
        }
    }

    /**
     * Says something of each resource, a few at a time: of a server that is asked everything at once some of it would
     * be refused, and nobody would know.
     */
    private static void requestEach(Instance life, String method, Set<String> uris, Consumer<String> then) {
        if (uris.isEmpty()) {
            return;
        }
        Thread.ofVirtual().name("subscriptions").start(() -> {
            var turns = new Semaphore(MAX_CONCURRENT);
            for (var uri : uris) {
                turns.acquireUninterruptibly();
                life.requestAsync(method, "{\"uri\":" + JsonRpcWriter.quote(uri) + "}", () -> {
                    turns.release();
                    then.accept(uri);
                });
            }
        });
    }
}
