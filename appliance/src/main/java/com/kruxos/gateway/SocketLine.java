package com.kruxos.gateway;

import com.kruxos.session.Line;
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
final class SocketLine implements Line {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    private final CoreSession core;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long backlog; // guarded by lock
    private volatile boolean closed;

    SocketLine(Session socket) {
        this.core = ((JakartaWebSocketSession) socket).getCoreSession();
    }

    @Override
    public void send(byte[] message) {
        send(message, 0);
    }

    /** Whoever gets many long answers at once gets them as it reads. */
    @Override
    public void answer(byte[] message) {
        send(message, PATIENCE);
    }

    private void send(byte[] message, long patience) {
        if (enter(message.length, patience)) {
            core.sendFrame(
                    new Frame(OpCode.TEXT, ByteBuffer.wrap(message)),
                    Callback.from(() -> leave(message.length)),
                    false);
        } else {
            cut();
        }
    }

    private boolean enter(int bytes, long patience) {
        var left = patience;
        lock.lock();
        try {
            while (Backlog.full(backlog) && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            var room = !Backlog.full(backlog);
            backlog += room ? bytes : 0;
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
            backlog -= bytes;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void ping() {
        core.sendFrame(new Frame(OpCode.PING), Callback.NOOP, false);
    }

    @Override
    public void hangUp(String reason) {
        core.close(CloseStatus.POLICY_VIOLATION, reason, Callback.NOOP);
    }

    @Override
    public void leave(String reason) {
        core.close(CloseStatus.SHUTDOWN, reason, Callback.NOOP);
    }

    /** There is no room; there may be when the agent comes again. */
    void later(String reason) {
        core.close(CloseStatus.TRY_AGAIN_LATER, reason, Callback.NOOP);
    }

    /** A message had more bytes than this. */
    void tooLong(int most) {
        core.close(CloseStatus.MESSAGE_TOO_LARGE, "a message may have at most " + most + " bytes", Callback.NOOP);
    }

    /** There was no memory for a message. */
    void crowded() {
        later(NoMemory.WHY);
    }

    @Override
    public void cut() {
        if (!closed) {
            core.abort();
        }
    }

    @Override
    public boolean gone() {
        return closed;
    }

    void closed() {
        closed = true;
        leave(0);
    }
}
