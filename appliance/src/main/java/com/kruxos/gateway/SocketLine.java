package com.kruxos.gateway;

import com.kruxos.session.Line;
import jakarta.websocket.Session;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketSession;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;

/**
 * Sends messages as bytes, beside the Jakarta API, which would have them as strings. A peer that does not read is cut
 * when its backlog is full.
 */
final class SocketLine implements Line {
    private static final long BACKLOG = 32L << 20;

    private final CoreSession core;
    private final AtomicLong backlog = new AtomicLong();
    private volatile boolean closed;

    SocketLine(Session socket) {
        this.core = ((JakartaWebSocketSession) socket).getCoreSession();
    }

    @Override
    public void send(byte[] message) {
        if (backlog.addAndGet(message.length) > BACKLOG) {
            cut();
            return;
        }
        core.sendFrame(
                new Frame(OpCode.TEXT, ByteBuffer.wrap(message)),
                Callback.from(() -> backlog.addAndGet(-message.length)),
                false);
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

    /** A message had more bytes than this. */
    void tooLong(int most) {
        core.close(CloseStatus.MESSAGE_TOO_LARGE, "a message may have at most " + most + " bytes", Callback.NOOP);
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
    }
}
