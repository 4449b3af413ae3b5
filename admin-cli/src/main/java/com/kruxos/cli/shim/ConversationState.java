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
 * What there is to remember of one client's conversation while connections come and go: which one there is, who waits
 * for an answer on it, and how the client began. For any thread.
 */
final class ConversationState {
    /** How long a message waits for a connection. */
    private final Duration maxWait;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // All of these under the lock.
    /** Id → method. */
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

    /** It goes on over this connection. */
    void setConnection(GatewayConnection connection) {
        update(() -> {
            current = connection;
            maxMessageBytes = connection.maxMessageBytes();
        });
    }

    /** How many bytes a message of the client may have: over the present connection, or over the last one. */
    int maxMessageBytes() {
        lock.lock();
        try {
            return maxMessageBytes;
        } finally {
            lock.unlock();
        }
    }

    /** The client says no more. */
    void endInput() {
        update(() -> inputEnded = true);
    }

    /** There will be no connection any more. */
    void terminate() {
        update(() -> terminated = true);
    }

    /** Whether the client says no more. */
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

    /** The client begins, or begins again, with this message. */
    void setInitializeRequest(byte[] line) {
        update(() -> {
            initializeRequest = line;
            initializedNotification = null;
            initializeAnswered = false;
        });
    }

    /** The client has said that it is ready, with this message. */
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

    /** Whether the client knows whom it talks to. */
    boolean isInitialized() {
        lock.lock();
        try {
            return initializeAnswered;
        } finally {
            lock.unlock();
        }
    }

    /** A server has asked something under this id. */
    void addServerRequest(String id) {
        update(() -> serverRequestIds.add(id));
    }

    /** Whether a server asked this over the present connection; under that id an earlier one asked something else. */
    boolean removeServerRequest(ShimMessage answer) {
        lock.lock();
        try {
            return answer.id().map(serverRequestIds::remove).orElse(false);
        } finally {
            lock.unlock();
        }
    }

    /** The gateway has answered; gives back the method it answers. */
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

    /** The connection is gone. Gives back the ids that will not be answered now; the handshake will be asked again. */
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

    /** Registers the request with the connection it is going to; null when there is none in time. */
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

    /** The frame did not go out whole. False when the request has been answered with an error meanwhile. */
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

    /** The client says no more, and waits this long for what it asked. */
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

    /** Until the connection is gone, or so long. */
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

    /** Waits about that long; false when the client says no more. */
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
