package com.kruxos.server;

import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.Message;
import com.kruxos.session.Responder;
import com.kruxos.transport.DeliveryFailure;
import com.kruxos.transport.OutboundMessage;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One request of ours that a server has not answered yet. One thread waits in {@link #await}; any thread may complete
 * it, once.
 */
final class PendingRequest {
    /** How an exchange ends. */
    sealed interface Completion {
        record ReplyReceived(Message.Reply message) implements Completion {}

        /** The process went away after the request had, or may have, gone out. */
        record InstanceLost(String reason) implements Completion {}

        /** The request never went out. */
        record NotSent(String reason) implements Completion {}

        record RequestWithdrawn() implements Completion {}

        /** The server took nothing, or may have, as the failure says. */
        record TransportFailed(DeliveryFailure failure) implements Completion {}

        record DeadlineExceeded(String reason) implements Completion {}
    }

    private final JsonRpcId id;
    private final TimeoutMonitor timeoutMonitor;
    private final @Nullable NotificationListener listener;
    private final @Nullable Responder agentResponder;
    private volatile @Nullable Completion completion;
    private volatile @Nullable Thread waitingThread;
    private volatile @Nullable Timeouts timeouts;
    private volatile long lastActivityNanos = System.nanoTime();

    /** What the server asked the agent because of it, and nobody has answered: what to do when it ends. */
    private final Set<Runnable> nestedRequests = new HashSet<>();

    PendingRequest(
            JsonRpcId id, TimeoutMonitor deadlines, @Nullable NotificationListener news, @Nullable Responder aside) {
        this.id = id;
        this.timeoutMonitor = deadlines;
        this.listener = news;
        this.agentResponder = aside;
    }

    JsonRpcId id() {
        return id;
    }

    /** How the agent that caused it can be asked something; absent for what is ours. */
    @Nullable
    Responder agentResponder() {
        return agentResponder;
    }

    /** Ends it; the first end counts. */
    boolean complete(Completion how) {
        List<Runnable> unanswered;
        synchronized (this) {
            if (completion != null) {
                return false;
            }
            completion = how;
            unanswered = List.copyOf(nestedRequests);
            nestedRequests.clear();
            var waiting = waitingThread;
            if (waiting != null) {
                LockSupport.unpark(waiting);
            }
        }
        unanswered.forEach(Runnable::run);
        return true;
    }

    /**
     * The server has asked the agent something because of it. Until {@link #removeNestedRequest} it may be silent: it
     * waits for a person.
     *
     * @param abandoned called when it ends before, at once when it has; must not wait
     */
    void addNestedRequest(Runnable abandoned) {
        synchronized (this) {
            if (completion == null) {
                nestedRequests.add(abandoned);
                return;
            }
        }
        abandoned.run();
    }

    /** A question of {@link #addNestedRequest} is closed: it is the server's turn again. */
    synchronized void removeNestedRequest(Runnable abandoned) {
        if (nestedRequests.remove(abandoned)) {
            lastActivityNanos = System.nanoTime();
        }
    }

    private synchronized boolean hasNestedRequests() {
        return !nestedRequests.isEmpty();
    }

    /** The server says something about it: the time limit begins anew. Nothing is passed on once it has ended. */
    synchronized void onNotification(Message.Notification notification) {
        lastActivityNanos = System.nanoTime();
        if (listener != null && completion == null) {
            listener.onNotification(notification);
        }
    }

    /** A request of our own under this exchange, which nobody withdraws. */
    OutboundMessage toOutbound(byte[] request) {
        return new OutboundMessage() {
            @Override
            public byte[] bytes() {
                return request;
            }

            @Override
            public void onFailure(DeliveryFailure failure) {
                complete(new Completion.TransportFailed(failure));
            }
        };
    }

    /**
     * Waits for the end.
     *
     * @param silence how long the server may say nothing about it
     * @param longest how long it may take at all
     */
    Completion await(Duration silence, Duration longest) {
        var now = System.nanoTime();
        timeouts = new Timeouts(silence, longest, now);
        waitingThread = Thread.currentThread();
        timeoutMonitor.watch(this);
        var interrupted = false;
        try {
            var how = completion;
            while (how == null) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
                how = completion;
            }
            return how;
        } finally {
            timeoutMonitor.unwatch(this);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Ends it when it is late. */
    void checkTimeout(long now) {
        var bounds = timeouts;
        if (bounds == null) {
            return;
        }
        if (now - bounds.startedNanos >= bounds.maxDuration.toNanos()) {
            complete(new Completion.DeadlineExceeded("no answer within " + bounds.maxDuration.toSeconds() + " s"));
        } else if (now - lastActivityNanos >= bounds.idleTimeout.toNanos() && !hasNestedRequests()) {
            complete(new Completion.DeadlineExceeded("no sign of life for " + bounds.idleTimeout.toSeconds() + " s"));
        }
    }

    private record Timeouts(Duration idleTimeout, Duration maxDuration, long startedNanos) {}
}
