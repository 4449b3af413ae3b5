package com.kruxos.cli.shim;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket to the gateway. One thread receives; any thread may send.
 *
 * <p>Frames are read only while {@link #receive} waits, so a client that reads slowly slows the gateway down and
 * nothing accumulates here.
 */
final class GatewayConnection implements FrameHandler, AutoCloseable {
    /** A message of a server may be twice the highest {@code gateway.max_message}, plus the JSON-RPC members. */
    private static final int MAX_MESSAGE_BYTES = 136 << 20;

    private sealed interface Event {
        record Message(ByteBuffer bytes) implements Event {}

        record Closed(CloseStatus status) implements Event {}

        record Failed(IOException cause) implements Event {}
    }

    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();

    /** Of the thread that reads frames. */
    private final ByteArrayOutputStream fragments = new ByteArrayOutputStream();

    private volatile @Nullable CoreSession session;
    private volatile int maxMessageBytes;
    private volatile CloseStatus closeStatus = new CloseStatus(CloseStatus.NO_CLOSE);

    private final Runnable onClose;

    /** @param onClose runs after {@link #close} */
    GatewayConnection(int maxMessageBytes, Runnable onClose) {
        this.maxMessageBytes = maxMessageBytes;
        this.onClose = onClose;
    }

    /** The largest message that the gateway accepts, in bytes; after a larger one it closes the connection. */
    int maxMessageBytes() {
        return maxMessageBytes;
    }

    void setMaxMessageBytes(int bytes) {
        maxMessageBytes = bytes;
    }

    /**
     * The next message.
     *
     * @return null after the gateway closed the connection with a close frame; {@link #closeCode} has its code
     * @throws IOException when the connection was lost
     */
    byte @Nullable [] receive() throws IOException {
        session().demand();
        try {
            return switch (events.take()) {
                case Event.Message message -> message.bytes().array();
                case Event.Failed failed -> throw failed.cause();
                case Event.Closed closed -> {
                    closeStatus = closed.status();
                    if (closeStatus.getCode() == CloseStatus.NO_CLOSE) {
                        throw new EOFException("the gateway closed the TCP connection");
                    }
                    yield null;
                }
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Sends a text message, which must be UTF-8: otherwise the gateway closes the connection. */
    void send(byte[] text) throws IOException {
        try (var sent = Blocker.callback()) {
            session().sendFrame(new Frame(OpCode.TEXT, ByteBuffer.wrap(text)), sent, false);
            sent.block();
        }
    }

    /** Starts the closing handshake; {@link #receive} ends when the gateway has answered. */
    void sendClose() throws IOException {
        try (var sent = Blocker.callback()) {
            session().close(CloseStatus.NORMAL, "", sent);
            sent.block();
        }
    }

    /** The code of the gateway's close frame; 1006 when there was none. */
    int closeCode() {
        return closeStatus.getCode();
    }

    String closeReason() {
        return closeStatus.getReason() == null ? "" : closeStatus.getReason();
    }

    /** Closes the TCP connection at once. */
    @Override
    public void close() {
        var open = session;
        if (open != null) {
            open.abort();
        }
        onClose.run();
    }

    @Override
    public void onOpen(CoreSession opened, Callback callback) {
        session = opened;
        callback.succeeded();
    }

    @Override
    public void onFrame(Frame frame, Callback callback) {
        switch (frame.getOpCode()) {
            case OpCode.TEXT, OpCode.CONTINUATION -> onData(frame, callback);
            case OpCode.PING -> {
                session().sendFrame(new Frame(OpCode.PONG, BufferUtil.copy(frame.getPayload())), Callback.NOOP, false);
                callback.succeeded();
                session().demand();
            }
            case OpCode.CLOSE -> callback.succeeded();
            default -> {
                callback.succeeded();
                session().demand();
            }
        }
    }

    @Override
    public void onError(Throwable cause, Callback callback) {
        events.add(new Event.Failed(cause instanceof IOException io ? io : new IOException(cause.getMessage(), cause)));
        callback.succeeded();
    }

    @Override
    public void onClosed(CloseStatus status, Callback callback) {
        events.add(new Event.Closed(status));
        callback.succeeded();
    }

    private void onData(Frame frame, Callback callback) {
        if (frame.getPayloadLength() > MAX_MESSAGE_BYTES - fragments.size()) {
            callback.failed(new ProtocolException("the gateway sent a message that is too large"));
            return;
        }
        fragments.writeBytes(BufferUtil.toArray(frame.getPayload()));
        callback.succeeded();
        if (frame.isFin()) {
            events.add(new Event.Message(ByteBuffer.wrap(fragments.toByteArray())));
            fragments.reset();
        } else {
            session().demand();
        }
    }

    private CoreSession session() {
        return Objects.requireNonNull(session, "not open");
    }
}
