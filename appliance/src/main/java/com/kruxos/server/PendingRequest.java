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
 * A request that a server has not answered yet. One thread waits in {@link #await}; any thread may complete it, once.
 */
final class PendingRequest {
    /** How a request ends. */
    sealed interface Completion {
        record ReplyReceived(Message.Reply message) implements Completion {}

        /** The instance ended after the request was sent, or may have been. */
        record InstanceLost(String reason) implements Completion {}

        /** The request was certainly not sent. */
        record NotSent(String reason) implements Completion {}

        record RequestWithdrawn() implements Completion {}

        /** The failure says whether the server may have executed the request. */
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

    /** Abandons the requests of the server to the agent that this request caused. */
    private final Set<Runnable> nestedRequests = new HashSet<>();

    PendingRequest(
            JsonRpcId id,
            TimeoutMonitor timeoutMonitor,
            @Nullable NotificationListener listener,
            @Nullable Responder agentResponder) {
        this.id = id;
        this.timeoutMonitor = timeoutMonitor;
        this.listener = listener;
        this.agentResponder = agentResponder;
    }

    JsonRpcId id() {
        return id;
    }

    /** Reaches the agent of this call; absent for a request of our own. */
    @Nullable
    Responder agentResponder() {
        return agentResponder;
    }

    /** Returns false when the request is complete already. */
    boolean complete(Completion result) {
        List<Runnable> abandoned;
        synchronized (this) {
            if (completion != null) {
                return false;
            }
            completion = result;
            abandoned = List.copyOf(nestedRequests);
            nestedRequests.clear();
            var waiting = waitingThread;
            if (waiting != null) {
                LockSupport.unpark(waiting);
            }
        }
        abandoned.forEach(Runnable::run);
        return true;
    }

    /**
     * The server has sent the agent a request because of this one. The idle timeout is suspended until
     * {@link #removeNestedRequest}, because a person may have to answer.
     *
     * @param abandon called when this request completes first, or at once when it has; must not block
     */
    void addNestedRequest(Runnable abandon) {
        synchronized (this) {
            if (completion == null) {
                nestedRequests.add(abandon);
                return;
            }
        }
        abandon.run();
    }

    /** Restarts the idle timeout. */
    synchronized void removeNestedRequest(Runnable abandon) {
        if (nestedRequests.remove(abandon)) {
            lastActivityNanos = System.nanoTime();
        }
    }

    private synchronized boolean hasNestedRequests() {
        return !nestedRequests.isEmpty();
    }

    /** Restarts the idle timeout. Nothing is forwarded after completion. */
    synchronized void onNotification(Message.Notification notification) {
        lastActivityNanos = System.nanoTime();
        if (listener != null && completion == null) {
            listener.onNotification(notification);
        }
    }

    /** A request of our own, which cannot be withdrawn. */
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
     * Waits for completion.
     *
     * @param idleTimeout how long the server may send nothing about the request
     * @param maxDuration how long the request may take in all
     */
    Completion await(Duration idleTimeout, Duration maxDuration) {
        var now = System.nanoTime();
        timeouts = new Timeouts(idleTimeout, maxDuration, now);
        waitingThread = Thread.currentThread();
        timeoutMonitor.watch(this);
        var interrupted = false;
        try {
            var result = completion;
            while (result == null) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
                result = completion;
            }
            return result;
        } finally {
            timeoutMonitor.unwatch(this);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Completes the request when one of its timeouts has passed.
     *
     * @param now by {@link System#nanoTime}
     */
    void checkTimeout(long now) {
        var limits = timeouts;
        if (limits == null) {
            return;
        }
        if (now - limits.startedNanos >= limits.maxDuration.toNanos()) {
            complete(new Completion.DeadlineExceeded("no answer within " + limits.maxDuration.toSeconds() + " s"));
        } else if (now - lastActivityNanos >= limits.idleTimeout.toNanos() && !hasNestedRequests()) {
            complete(new Completion.DeadlineExceeded("no message for " + limits.idleTimeout.toSeconds() + " s"));
        }
    }

    private record Timeouts(Duration idleTimeout, Duration maxDuration, long startedNanos) {}
}
