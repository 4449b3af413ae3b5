package com.kruxos.gateway;

import com.kruxos.session.AgentConnection;
import jakarta.websocket.Session;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketSession;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;

/**
 * Sends messages over a WebSocket as bytes; the Jakarta API would convert them to strings first. A peer that does not
 * read is disconnected when its send queue is full: a notification does not wait, a response waits for a while.
 */
final class AgentWebSocketConnection implements AgentConnection, MessageAssembler.RefusalHandler {
    private static final long SEND_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final CoreSession core;
    private final SendBufferLimit limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition queueChanged = lock.newCondition();
    private long queuedBytes; // guarded by lock
    private volatile boolean closed;

    AgentWebSocketConnection(Session socket, SendBufferLimit limit) {
        this.core = ((JakartaWebSocketSession) socket).getCoreSession();
        this.limit = limit;
    }

    @Override
    public void send(byte[] message) {
        send(message, 0);
    }

    /** Waits while the queue is full, so that a client with many long responses gets them as fast as it reads. */
    @Override
    public void sendResponse(byte[] message) {
        send(message, SEND_TIMEOUT_NANOS);
    }

    private void send(byte[] message, long timeoutNanos) {
        if (acquireQueueSpace(message.length, timeoutNanos)) {
            core.sendFrame(
                    new Frame(OpCode.TEXT, ByteBuffer.wrap(message)),
                    Callback.from(() -> releaseQueueSpace(message.length)),
                    false);
        } else {
            abort();
        }
    }

    private boolean acquireQueueSpace(int bytes, long timeoutNanos) {
        var remaining = timeoutNanos;
        lock.lock();
        try {
            while (limit.isExceeded(queuedBytes) && !closed && remaining > 0) {
                remaining = queueChanged.awaitNanos(remaining);
            }
            var hasSpace = !limit.isExceeded(queuedBytes);
            queuedBytes += hasSpace ? bytes : 0;
            return hasSpace;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void releaseQueueSpace(int bytes) {
        lock.lock();
        try {
            queuedBytes -= bytes;
            queueChanged.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void ping() {
        core.sendFrame(new Frame(OpCode.PING), Callback.NOOP, false);
    }

    @Override
    public void terminate(String reason) {
        core.close(CloseStatus.POLICY_VIOLATION, reason, Callback.NOOP);
    }

    @Override
    public void goAway(String reason) {
        core.close(CloseStatus.SHUTDOWN, reason, Callback.NOOP);
    }

    /** Tells the agent to connect again later. */
    void closeTryAgainLater(String reason) {
        core.close(CloseStatus.TRY_AGAIN_LATER, reason, Callback.NOOP);
    }

    @Override
    public void onTooLong(int maxBytes) {
        core.close(CloseStatus.MESSAGE_TOO_LARGE, "a message may have at most " + maxBytes + " bytes", Callback.NOOP);
    }

    @Override
    public void onOutOfMemory() {
        closeTryAgainLater(OverloadReply.MESSAGE);
    }

    @Override
    public void onPeerKeepsSending() {
        abort();
    }

    @Override
    public void abort() {
        if (!closed) {
            core.abort();
        }
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    /** Called by the endpoint. Releases threads that wait for the queue. */
    void onClosed() {
        closed = true;
        releaseQueueSpace(0);
    }
}
