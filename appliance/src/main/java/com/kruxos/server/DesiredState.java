package com.kruxos.server;

import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.McpMethod;
import com.kruxos.session.Session;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The resource subscriptions and the log level that agents want of a server. Replayed to each new instance. No method
 * waits for the server. Safe for any thread.
 */
final class DesiredState {
    /** Requests of our own that are in flight at a time. */
    private static final int MAX_CONCURRENT = 16;

    private final Subscriptions subscriptions;
    private final Supplier<@Nullable Instance> runningInstance;

    /** The most verbose level that any agent has asked for. */
    private final AtomicReference<@Nullable LogLevel> logLevel = new AtomicReference<>();

    /** @param runningInstance the instance that gets changes; null when none is running */
    DesiredState(Subscriptions subscriptions, Supplier<@Nullable Instance> runningInstance) {
        this.subscriptions = subscriptions;
        this.runningInstance = runningInstance;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    /** Sends everything to a new instance. */
    void replayTo(Instance instance) {
        requestEach(instance, McpMethod.RESOURCES_SUBSCRIBE, subscriptions.uris(), _ -> {});
        var wanted = logLevel.get();
        if (wanted != null) {
            sendLogLevel(instance, wanted);
        }
    }

    /** Makes the server log from this level on, unless it logs as much already. */
    void lowerLogLevelTo(LogLevel level) {
        logLevel.accumulateAndGet(
                level, (before, now) -> before == null || (now != null && now.compareTo(before) < 0) ? now : before);
        var instance = runningInstance.get();
        if (instance != null) {
            sendLogLevel(instance, level);
        }
    }

    private static void sendLogLevel(Instance instance, LogLevel level) {
        if (instance.hasCapability("logging") && instance.lowerLogLevel(level)) {
            instance.requestAsync(
                    McpMethod.LOGGING_SET_LEVEL, "{\"level\":" + JsonRpcWriter.quote(level.wireName()) + "}");
        }
    }

    /** Removes the subscriptions of a session that has ended. */
    void onSessionEnded(Session session) {
        var unused = subscriptions.removeSession(session);
        var instance = runningInstance.get();
        if (instance != null) {
            requestEach(instance, McpMethod.RESOURCES_UNSUBSCRIBE, unused, this::resubscribeIfWanted);
        }
    }

    /** Subscribes again if a session subscribed while the unsubscribe request was in flight. */
    void resubscribeIfWanted(String uri) {
        var instance = runningInstance.get();
        if (instance != null && subscriptions.hasSubscribers(uri)) {
            requestEach(instance, McpMethod.RESOURCES_SUBSCRIBE, Set.of(uri), _ -> {});
        }
    }

    /**
     * Sends one request per URI, a few at a time: a server refuses requests beyond its limit, and these refusals would
     * be lost.
     *
     * @param then called with each URI when its request is answered or has failed
     */
    private static void requestEach(Instance instance, McpMethod method, Set<String> uris, Consumer<String> then) {
        if (uris.isEmpty()) {
            return;
        }
        Thread.ofVirtual().name("subscriptions").start(() -> {
            var permits = new Semaphore(MAX_CONCURRENT);
            for (var uri : uris) {
                permits.acquireUninterruptibly();
                instance.requestAsync(method, "{\"uri\":" + JsonRpcWriter.quote(uri) + "}", () -> {
                    permits.release();
                    then.accept(uri);
                });
            }
        });
    }
}
