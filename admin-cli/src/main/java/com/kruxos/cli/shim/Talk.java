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
final class Talk {
    /** How long a message waits for a connection. */
    private final Duration patience;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // All of these under the lock.
    /** Id → method. */
    private final Map<String, String> underWay = new LinkedHashMap<>();

    private final Set<String> askedByServers = new HashSet<>();
    private @Nullable Connection current;
    private long lostAt;
    private int longest;
    private boolean ended;
    private boolean over;
    private byte @Nullable [] initialize;
    private byte @Nullable [] initialized;
    private boolean initializeAnswered;

    Talk(Duration patience) {
        this.patience = patience;
    }

    /** It goes on over this connection. */
    void goesOn(Connection connection) {
        locked(() -> {
            current = connection;
            longest = connection.longest();
        });
    }

    /** How many bytes a message of the client may have: over the present connection, or over the last one. */
    int longest() {
        lock.lock();
        try {
            return longest;
        } finally {
            lock.unlock();
        }
    }

    /** The client says no more. */
    void end() {
        locked(() -> ended = true);
    }

    /** There will be no connection any more. */
    void over() {
        locked(() -> over = true);
    }

    /** Whether the client says no more. */
    boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Connection connection() {
        return held(() -> current);
    }

    /** The client begins, or begins again, with this message. */
    void initialize(byte[] line) {
        locked(() -> {
            initialize = line;
            initialized = null;
            initializeAnswered = false;
        });
    }

    /** The client has said that it is ready, with this message. */
    void initialized(byte[] line) {
        locked(() -> initialized = line);
    }

    byte @Nullable [] initialize() {
        return held(() -> initialize);
    }

    byte @Nullable [] initialized() {
        return held(() -> initialized);
    }

    Optional<String> initializeId() {
        var hello = initialize();
        return hello == null ? Optional.empty() : Envelope.of(hello).flatMap(Envelope::id);
    }

    /** Whether the client knows whom it talks to. */
    boolean isGreeted() {
        lock.lock();
        try {
            return initializeAnswered;
        } finally {
            lock.unlock();
        }
    }

    /** A server has asked something under this id. */
    void askedByServer(String id) {
        locked(() -> askedByServers.add(id));
    }

    /** Whether a server asked this over the present connection; under that id an earlier one asked something else. */
    boolean isExpected(Envelope answer) {
        lock.lock();
        try {
            return answer.id().map(askedByServers::remove).orElse(false);
        } finally {
            lock.unlock();
        }
    }

    /** The gateway has answered; gives back the method it answers. */
    @Nullable
    String answered(Envelope answer) {
        lock.lock();
        try {
            var asked = answer.id().map(underWay::remove).orElse(null);
            initializeAnswered |= "initialize".equals(asked);
            changed.signalAll();
            return asked;
        } finally {
            lock.unlock();
        }
    }

    /** The connection is gone. Gives back the ids that will not be answered now; the handshake will be asked again. */
    List<String> lost() {
        lock.lock();
        try {
            current = null;
            lostAt = System.nanoTime();
            askedByServers.clear();
            var again = initializeAnswered ? "" : initializeId().orElse("");
            var lost =
                    underWay.keySet().stream().filter(id -> !id.equals(again)).toList();
            underWay.keySet().removeAll(lost);
            changed.signalAll();
            return lost;
        } finally {
            lock.unlock();
        }
    }

    /** Registers the request with the connection it is going to; null when there is none in time. */
    @Nullable
    Connection awaitConnection(Optional<String> id, String method) {
        lock.lock();
        try {
            while (current == null && !over) {
                var left = patience.toNanos() - (System.nanoTime() - lostAt);
                if (left <= 0 || changed.awaitNanos(left) <= 0) {
                    return current;
                }
            }
            if (current != null) {
                id.ifPresent(known -> underWay.put(known, method));
            }
            return current;
        } catch (InterruptedException e) {
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** The frame did not go out whole. False when the request has been answered with an error meanwhile. */
    boolean takeBack(Connection connection, Optional<String> id) {
        lock.lock();
        try {
            var open = id.isEmpty() || underWay.remove(id.get()) != null;
            if (connection.equals(current)) {
                current = null;
                lostAt = System.nanoTime();
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** The client says no more, and waits this long for what it asked. */
    void awaitLastAnswers(Duration atMost) {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
            var left = atMost.toNanos();
            while (!underWay.isEmpty() && current != null && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Until the connection is gone, or so long. */
    void awaitOver(Duration atMost) {
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
    boolean await(Duration pause) {
        lock.lock();
        try {
            var left = pause.toNanos() * ThreadLocalRandom.current().nextLong(75, 125) / 100;
            while (!ended && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !ended;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private interface Look<T> {
        @Nullable
        T at();
    }

    private <T> @Nullable T held(Look<T> look) {
        lock.lock();
        try {
            return look.at();
        } finally {
            lock.unlock();
        }
    }
}
