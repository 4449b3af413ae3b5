package com.kruxos.transport;

import com.kruxos.egress.CannotConnect;
import com.kruxos.egress.EgressClient;
import com.kruxos.egress.FailureMapper;
import com.kruxos.egress.HeaderWriter;
import com.kruxos.egress.RemoteEndpoint;
import com.kruxos.rpc.BoundedBuffer;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.transport.DeliveryFailure.FailureKind;
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
public final class WebSocketConnection implements ServerConnection {
    private static final Duration PING_INTERVAL = Duration.ofSeconds(30);
    private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(20);

    /** So many pings in a row without a sign of life end it. */
    private static final int MAX_UNANSWERED_PINGS = 3;

    private static final int INPUT_BUFFER_BYTES = 16 << 10;

    private final EgressClient client;
    private final RemoteEndpoint endpoint;
    private final MessageListener listener;
    private final MessageDispatcher dispatcher;
    private final MessageLimits messageLimits;
    private final WebSocketSendQueue sendQueue = new WebSocketSendQueue(StdioConnection.MAX_QUEUED_BYTES);
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CountDownLatch endNotified = new CountDownLatch(1);
    private volatile @Nullable CoreSession socket;
    private final AtomicInteger unansweredPings = new AtomicInteger(); // pings since the last frame

    private WebSocketConnection(
            EgressClient network, RemoteEndpoint remote, MessageListener receiver, MessageLimits messages) {
        this.client = network;
        this.endpoint = remote;
        this.listener = receiver;
        this.dispatcher = new MessageDispatcher(receiver, this::end);
        this.messageLimits = messages;
    }

    /**
     * Begins to open the socket and returns; messages wait until it is open.
     *
     * @throws CannotConnect when we do not connect to such a place, or have no credential for it
     */
    public static WebSocketConnection start(EgressClient network, RemoteEndpoint remote, MessageListener receiver) {
        return start(network, remote, receiver, StdioConnection.DEFAULT_LIMITS);
    }

    static WebSocketConnection start(
            EgressClient network, RemoteEndpoint remote, MessageListener receiver, MessageLimits messages) {
        StreamableHttpConnection.requireAllowed(network, remote);
        var connection = new WebSocketConnection(network, remote, receiver, messages);
        connection.open();
        return connection;
    }

    private void open() {
        var request = CoreClientUpgradeRequest.from(client.webSocketClient(), endpoint.url(), new IncomingFrames());
        request.setSubProtocols("mcp");
        request.timeout(OPEN_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        request.setConfiguration(configuration());
        var lending = endpoint.headers().lease();
        try {
            request.headers(fields -> HeaderWriter.write(lending, fields, client.addressPolicy(), endpoint.url()));
            var _ = request.sendAsync().whenComplete((session, failure) -> {
                lending.close();
                if (failure != null) {
                    onUpgradeFailed(failure);
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
        configuration.setInputBufferSize(INPUT_BUFFER_BYTES);
        return configuration;
    }

    /** The credential may be at fault, and only the messages can tell that to whoever sent them. */
    private void onUpgradeFailed(Throwable failure) {
        var why = toFailure(failure);
        if (ended.compareAndSet(false, true)) {
            for (var message : sendQueue.close()) {
                if (message.claim()) {
                    message.onFailure(why);
                }
            }
            notifyEnd(why.reason());
        }
    }

    private DeliveryFailure toFailure(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UpgradeException upgrade && upgrade.getResponseStatusCode() > 0) {
                var status = upgrade.getResponseStatusCode();
                return status == 401
                        ? new DeliveryFailure(FailureKind.UNAUTHORIZED, "it refuses the credential (status 401)")
                        : new DeliveryFailure(FailureKind.NOT_TAKEN, "it opened no WebSocket (status " + status + ")");
            }
        }
        return FailureMapper.toFailure(failure, endpoint.url().getHost(), false);
    }

    @Override
    public SendResult send(OutboundMessage message) {
        return sendQueue.send(message);
    }

    @Override
    public boolean isAlive() {
        return !ended.get();
    }

    @Override
    public void close() {
        end("it was stopped");
        try {
            var _ = endNotified.await(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end(String why) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        sendQueue.close();
        var open = socket;
        if (open != null) {
            open.close(CloseStatus.NORMAL, null, Callback.from(() -> {}, failure -> open.abort()));
        }
        notifyEnd(why);
    }

    private void notifyEnd(String why) {
        try {
            listener.onEnd(why);
        } finally {
            endNotified.countDown();
        }
    }

    private void ping() {
        var open = socket;
        if (open == null || ended.get()) {
            return;
        }
        if (unansweredPings.incrementAndGet() > MAX_UNANSWERED_PINGS) {
            open.abort();
            end("it answers no pings");
            return;
        }
        open.sendFrame(new Frame(OpCode.PING), Callback.NOOP, false);
        try {
            var _ = client.schedule(this::ping, PING_INTERVAL);
        } catch (CannotConnect e) {
            end("the network is closed");
        }
    }

    private final class IncomingFrames implements FrameHandler {
        private final BoundedBuffer text = messageLimits.newBuffer();
        private @Nullable OversizedMessage oversized;

        @Override
        public void onOpen(CoreSession session, Callback callback) {
            socket = session;
            callback.succeeded();
            if (ended.get()) {
                session.close(CloseStatus.NORMAL, null, Callback.NOOP);
                return;
            }
            session.demand();
            sendQueue.open((bytes, done) -> session.sendFrame(
                    new Frame(OpCode.TEXT, ByteBuffer.wrap(bytes)), Callback.from(done, failure -> {}), false));
            var _ = client.schedule(WebSocketConnection.this::ping, PING_INTERVAL);
        }

        @Override
        public void onFrame(Frame frame, Callback callback) {
            unansweredPings.set(0);
            var session = socket;
            var fits = true;
            switch (frame.getOpCode()) {
                case OpCode.TEXT, OpCode.CONTINUATION -> fits = append(frame);
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
                                : ResponseBody.tooLongReason(messageLimits.maxBytes()));
            } else if (session != null && frame.getOpCode() != OpCode.CLOSE) {
                session.demand();
            }
        }

        private boolean append(Frame frame) {
            var bytes = bytes(frame);
            if (oversized != null || !text.add(bytes, 0, bytes.length)) {
                return addToOversized(bytes, frame.isFin());
            }
            if (frame.isFin() && !ended.get()) {
                var _ = dispatcher.dispatch(text.take(), null);
            }
            return true;
        }

        /** What is too long is dropped. False when it does not end. */
        private boolean addToOversized(byte[] more, boolean last) {
            var whole = oversized;
            if (whole == null) {
                whole = new OversizedMessage(messageLimits.maxBytes(), text);
            }
            whole.add(more, 0, more.length);
            oversized = last ? null : whole;
            if (last && !ended.get()) {
                var _ = dispatcher.reportDropped(whole, null);
            }
            return !whole.isUnbounded();
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
