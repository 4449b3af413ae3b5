package com.kruxos.transport;

import com.kruxos.rpc.Allowance;
import com.kruxos.rpc.Growing;
import com.kruxos.transport.Failure.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.client.CoreClientUpgradeRequest;
import org.eclipse.jetty.websocket.core.exception.UpgradeException;
import org.jspecify.annotations.Nullable;

/**
 * An MCP server over a WebSocket: one message in each text frame, subprotocol {@code mcp}. The credential is shown
 * once, when the socket is opened.
 */
public final class SocketConnection implements Connection {
    private static final Duration PING = Duration.ofSeconds(30);
    private static final Duration OPENING = Duration.ofSeconds(20);

    /** So many pings in a row without a sign of life end it. */
    private static final int SILENT_PINGS = 3;

    private static final int BUFFER = 16 << 10;

    private final Network network;
    private final Remote remote;
    private final Receiver receiver;
    private final Hearing hearing;
    private final Allowance messages;
    private final Frames frames = new Frames(StdioConnection.WAITING_BYTES);
    private final AtomicBoolean over = new AtomicBoolean();
    private final CountDownLatch told = new CountDownLatch(1);
    private volatile @Nullable CoreSession socket;
    private final AtomicInteger silence = new AtomicInteger(); // pings since the last frame

    private SocketConnection(Network network, Remote remote, Receiver receiver, Allowance messages) {
        this.network = network;
        this.remote = remote;
        this.receiver = receiver;
        this.hearing = new Hearing(receiver, this::end);
        this.messages = messages;
    }

    /**
     * Begins to open the socket and returns; messages wait until it is open.
     *
     * @throws CannotStart when we do not connect to such a place, or have no credential for it
     */
    public static SocketConnection start(Network network, Remote remote, Receiver receiver) {
        return start(network, remote, receiver, StdioConnection.MESSAGES);
    }

    static SocketConnection start(Network network, Remote remote, Receiver receiver, Allowance messages) {
        HttpConnection.check(network, remote);
        var connection = new SocketConnection(network, remote, receiver, messages);
        connection.open();
        return connection;
    }

    private void open() {
        var request = CoreClientUpgradeRequest.from(network.sockets(), remote.url(), new Handler());
        request.setSubProtocols("mcp");
        request.timeout(OPENING.toSeconds(), TimeUnit.SECONDS);
        request.setConfiguration(configuration());
        var lending = remote.headers().lend();
        try {
            request.headers(fields -> Credential.put(lending, fields, network.vetting(), remote.url()));
            var _ = request.sendAsync().whenComplete((session, failure) -> {
                lending.close();
                if (failure != null) {
                    refused(failure);
                }
            });
        } catch (RuntimeException e) {
            lending.close();
            throw e;
        }
    }

    private static Configuration.ConfigurationCustomizer configuration() {
        var configuration = new Configuration.ConfigurationCustomizer();
        configuration.setIdleTimeout(Duration.ZERO);
        configuration.setMaxFrameSize(0); // counted by us, over all frames of a message
        configuration.setAutoFragment(true);
        configuration.setInputBufferSize(BUFFER);
        return configuration;
    }

    /** The credential may be at fault, and only the messages can tell that to whoever sent them. */
    private void refused(Throwable failure) {
        var why = refusal(failure);
        if (over.compareAndSet(false, true)) {
            for (var message : frames.close()) {
                if (message.claim()) {
                    message.failed(why);
                }
            }
            tell(why.why());
        }
    }

    private Failure refusal(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UpgradeException upgrade && upgrade.getResponseStatusCode() > 0) {
                var status = upgrade.getResponseStatusCode();
                return status == 401
                        ? new Failure(Kind.UNAUTHORIZED, "it refuses the credential (status 401)")
                        : new Failure(Kind.NOT_TAKEN, "it opened no WebSocket (status " + status + ")");
            }
        }
        return Breakages.failure(failure, remote.url().getHost(), false);
    }

    @Override
    public Sent send(Outgoing message) {
        return frames.send(message);
    }

    @Override
    public boolean alive() {
        return !over.get();
    }

    @Override
    public void close() {
        end("it was stopped");
        try {
            var _ = told.await(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end(String why) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        frames.close();
        var open = socket;
        if (open != null) {
            open.close(CloseStatus.NORMAL, null, Callback.from(() -> {}, failure -> open.abort()));
        }
        tell(why);
    }

    private void tell(String why) {
        try {
            receiver.ended(why);
        } finally {
            told.countDown();
        }
    }

    private void ping() {
        var open = socket;
        if (open == null || over.get()) {
            return;
        }
        if (silence.incrementAndGet() > SILENT_PINGS) {
            open.abort();
            end("it answers no pings");
            return;
        }
        open.sendFrame(new Frame(OpCode.PING), Callback.NOOP, false);
        try {
            var _ = network.later(this::ping, PING);
        } catch (CannotStart e) {
            end("the network is closed");
        }
    }

    private final class Handler implements FrameHandler {
        private final Growing text = messages.growing();
        private @Nullable Excess excess;

        @Override
        public void onOpen(CoreSession session, Callback callback) {
            socket = session;
            callback.succeeded();
            if (over.get()) {
                session.close(CloseStatus.NORMAL, null, Callback.NOOP);
                return;
            }
            session.demand();
            frames.open((bytes, done) -> session.sendFrame(
                    new Frame(OpCode.TEXT, ByteBuffer.wrap(bytes)), Callback.from(done, failure -> {}), false));
            var _ = network.later(SocketConnection.this::ping, PING);
        }

        @Override
        public void onFrame(Frame frame, Callback callback) {
            silence.set(0);
            var session = socket;
            var fits = true;
            switch (frame.getOpCode()) {
                case OpCode.TEXT, OpCode.CONTINUATION -> fits = add(frame);
                case OpCode.PING -> {
                    if (session != null) {
                        var payload = ByteBuffer.wrap(bytes(frame));
                        session.sendFrame(new Frame(OpCode.PONG, true, payload), Callback.NOOP, false);
                    }
                }
                case OpCode.BINARY -> fits = false;
                default -> {}
            }
            callback.succeeded();
            if (!fits) {
                end(
                        frame.getOpCode() == OpCode.BINARY
                                ? "it sent a binary frame, which is no message"
                                : Answer.tooLong(messages.longest()));
            } else if (session != null && frame.getOpCode() != OpCode.CLOSE) {
                session.demand();
            }
        }

        private boolean add(Frame frame) {
            var bytes = bytes(frame);
            if (excess != null || !text.add(bytes, 0, bytes.length)) {
                return exceed(bytes, frame.isFin());
            }
            if (frame.isFin() && !over.get()) {
                var _ = hearing.hear(text.take(), null);
            }
            return true;
        }

        /** What is too long is dropped. False when it does not end. */
        private boolean exceed(byte[] more, boolean last) {
            var whole = excess;
            if (whole == null) {
                whole = new Excess(messages.longest(), text);
            }
            whole.add(more, 0, more.length);
            excess = last ? null : whole;
            if (last && !over.get()) {
                var _ = hearing.lacks(whole, null);
            }
            return !whole.endless();
        }

        private static byte[] bytes(Frame frame) {
            var payload = frame.getPayload();
            var bytes = new byte[payload.remaining()];
            payload.get(bytes);
            return bytes;
        }

        @Override
        public void onError(Throwable cause, Callback callback) {
            callback.succeeded();
            // Before it was open the upgrade fails with the same, and knows more about it.
            if (socket != null) {
                end("the connection broke (" + cause.getClass().getSimpleName() + ")");
            }
        }

        @Override
        public void onClosed(CloseStatus status, Callback callback) {
            callback.succeeded();
            end("it closed the connection (code " + status.getCode() + ")");
        }
    }
}
