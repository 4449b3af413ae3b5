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
 * Sends messages as bytes, beside the Jakarta API, which would have them as strings. A peer that does not read is cut:
 * by what it was not asked for as soon as its backlog is full, by an answer when it stays full.
 */
final class AgentWebSocketConnection implements AgentConnection {
    private static final long SEND_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final CoreSession core;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition queueChanged = lock.newCondition();
    private long queuedBytes; // guarded by lock
    private volatile boolean closed;

    AgentWebSocketConnection(Session socket) {
        this.core = ((JakartaWebSocketSession) socket).getCoreSession();
    }

    @Override
    public void send(byte[] message) {
        send(message, 0);
    }

    /** Whoever gets many long answers at once gets them as it reads. */
    @Override
    public void sendResponse(byte[] message) {
        send(message, SEND_TIMEOUT_NANOS);
    }

    private void send(byte[] message, long patience) {
        if (acquireQueueSpace(message.length, patience)) {
            core.sendFrame(
                    new Frame(OpCode.TEXT, ByteBuffer.wrap(message)),
                    Callback.from(() -> leave(message.length)),
                    false);
        } else {
            abort();
        }
    }

    private boolean acquireQueueSpace(int bytes, long patience) {
        var left = patience;
        lock.lock();
        try {
            while (SendBufferLimit.isExceeded(queuedBytes) && !closed && left > 0) {
                left = queueChanged.awaitNanos(left);
            }
            var room = !SendBufferLimit.isExceeded(queuedBytes);
            queuedBytes += room ? bytes : 0;
            return room;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void leave(int bytes) {
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

    /** There is no room; there may be when the agent comes again. */
    void closeTryAgainLater(String reason) {
        core.close(CloseStatus.TRY_AGAIN_LATER, reason, Callback.NOOP);
    }

    /** A message had more bytes than this. */
    void closeMessageTooLarge(int most) {
        core.close(CloseStatus.MESSAGE_TOO_LARGE, "a message may have at most " + most + " bytes", Callback.NOOP);
    }

    /** There was no memory for a message. */
    void closeOutOfMemory() {
        closeTryAgainLater(OverloadReply.MESSAGE);
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

    void onClosed() {
        closed = true;
        leave(0);
    }
}
