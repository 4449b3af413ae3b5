package com.kruxos.cli.shim;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The state of one client's conversation across connections: the current connection, pending requests and the client's
 * handshake. Thread-safe.
 */
final class ConversationState {
    /** How long a message waits for a connection. */
    private final Duration maxWait;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    /** Request id to method. */
    private final Map<String, String> pendingRequests = new LinkedHashMap<>();

    private final Set<String> serverRequestIds = new HashSet<>();
    private @Nullable GatewayConnection current;
    private long disconnectedAt;
    private int maxMessageBytes;
    private boolean inputEnded;
    private boolean terminated;
    private byte @Nullable [] initializeRequest;
    private byte @Nullable [] initializedNotification;
    private boolean initializeAnswered;

    ConversationState(Duration patience) {
        this.maxWait = patience;
    }

    /** Sets the current connection. */
    void setConnection(GatewayConnection connection) {
        update(() -> {
            current = connection;
            maxMessageBytes = connection.maxMessageBytes();
        });
    }

    /** The largest client message in bytes, on the current or the last connection. */
    int maxMessageBytes() {
        lock.lock();
        try {
            return maxMessageBytes;
        } finally {
            lock.unlock();
        }
    }

    /** The client's input has ended. */
    void endInput() {
        update(() -> inputEnded = true);
    }

    /** No more connections follow. */
    void terminate() {
        update(() -> terminated = true);
    }

    /** Whether the client's input has ended. */
    boolean isInputEnded() {
        lock.lock();
        try {
            return inputEnded;
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    GatewayConnection currentConnection() {
        return read(() -> current);
    }

    /** Stores the client's initialize request. */
    void setInitializeRequest(byte[] line) {
        update(() -> {
            initializeRequest = line;
            initializedNotification = null;
            initializeAnswered = false;
        });
    }

    /** Stores the client's initialized notification. */
    void setInitializedNotification(byte[] line) {
        update(() -> initializedNotification = line);
    }

    byte @Nullable [] initializeRequest() {
        return read(() -> initializeRequest);
    }

    byte @Nullable [] initializedNotification() {
        return read(() -> initializedNotification);
    }

    Optional<String> initializeRequestId() {
        var hello = initializeRequest();
        return hello == null ? Optional.empty() : ShimMessage.parse(hello).flatMap(ShimMessage::id);
    }

    /** Whether the client has its initialize response. */
    boolean isInitialized() {
        lock.lock();
        try {
            return initializeAnswered;
        } finally {
            lock.unlock();
        }
    }

    /** Stores the id of a request from a server. */
    void addServerRequest(String id) {
        update(() -> serverRequestIds.add(id));
    }

    /** Whether it responds to a request of the current connection; ids of earlier connections are invalid. */
    boolean removeServerRequest(ShimMessage answer) {
        lock.lock();
        try {
            return answer.id().map(serverRequestIds::remove).orElse(false);
        } finally {
            lock.unlock();
        }
    }

    /** Removes the pending request and returns its method. */
    @Nullable
    String completeRequest(ShimMessage answer) {
        lock.lock();
        try {
            var asked = answer.id().map(pendingRequests::remove).orElse(null);
            initializeAnswered |= "initialize".equals(asked);
            changed.signalAll();
            return asked;
        } finally {
            lock.unlock();
        }
    }

    /** Clears the connection and returns the ids of lost requests, without that of the handshake. */
    List<String> disconnect() {
        lock.lock();
        try {
            current = null;
            disconnectedAt = System.nanoTime();
            serverRequestIds.clear();
            var again = initializeAnswered ? "" : initializeRequestId().orElse("");
            var lost = pendingRequests.keySet().stream()
                    .filter(id -> !id.equals(again))
                    .toList();
            pendingRequests.keySet().removeAll(lost);
            changed.signalAll();
            return lost;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a connection and registers the request on it; null after the time limit. */
    @Nullable
    GatewayConnection awaitConnection(Optional<String> id, String method) {
        lock.lock();
        try {
            while (current == null && !terminated) {
                var left = maxWait.toNanos() - (System.nanoTime() - disconnectedAt);
                if (left <= 0 || changed.awaitNanos(left) <= 0) {
                    return current;
                }
            }
            if (current != null) {
                id.ifPresent(known -> pendingRequests.put(known, method));
            }
            return current;
        } catch (InterruptedException e) {
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Undoes a failed send. False if the request has already been answered with an error. */
    boolean undoRequest(GatewayConnection connection, Optional<String> id) {
        lock.lock();
        try {
            var open = id.isEmpty() || pendingRequests.remove(id.get()) != null;
            if (connection.equals(current)) {
                current = null;
                disconnectedAt = System.nanoTime();
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the input and waits for pending responses. */
    void awaitPendingResponses(Duration atMost) {
        lock.lock();
        try {
            inputEnded = true;
            changed.signalAll();
            var left = atMost.toNanos();
            while (!pendingRequests.isEmpty() && current != null && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the connection is closed. */
    void awaitDisconnect(Duration atMost) {
        lock.lock();
        try {
            var left = atMost.toNanos();
            while (current != null && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Waits with jitter before a retry; false when the client's input has ended. */
    boolean awaitRetry(Duration pause) {
        lock.lock();
        try {
            var left = pause.toNanos() * ThreadLocalRandom.current().nextLong(75, 125) / 100;
            while (!inputEnded && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !inputEnded;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void update(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private interface StateReader<T> {
        @Nullable
        T read();
    }

    private <T> @Nullable T read(StateReader<T> look) {
        lock.lock();
        try {
            return look.read();
        } finally {
            lock.unlock();
        }
    }
}
