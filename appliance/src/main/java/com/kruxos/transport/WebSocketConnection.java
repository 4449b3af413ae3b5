package com.kruxos.transport;

import com.kruxos.egress.CannotConnect;
import com.kruxos.egress.EgressClient;
import com.kruxos.egress.ExchangeFailure;
import com.kruxos.egress.RemoteEndpoint;
import com.kruxos.egress.WebSocketHandler;
import com.kruxos.rpc.BoundedBuffer;
import com.kruxos.rpc.MessageLimits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.exception.UpgradeException;
import org.jspecify.annotations.Nullable;

/**
 * A server over a WebSocket: one message per text message, subprotocol {@code mcp}. The credential is sent once, with
 * the upgrade request.
 */
final class WebSocketConnection implements ServerConnection {
    private static final Duration PING_INTERVAL = Duration.ofSeconds(30);

    /** So many pings without any frame in return end the connection. */
    private static final int MAX_UNANSWERED_PINGS = 3;

    private final EgressClient client;
    private final RemoteEndpoint endpoint;
    private final MessageListener listener;
    private final MessageDispatcher dispatcher;
    private final MessageLimits messageLimits;
    private final WebSocketSendQueue sendQueue = new WebSocketSendQueue(SendLimit.MAX_QUEUED_BYTES);
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CountDownLatch endNotified = new CountDownLatch(1);
    private final AtomicInteger unansweredPings = new AtomicInteger();
    private volatile @Nullable CoreSession socket;

    private WebSocketConnection(
            EgressClient client, RemoteEndpoint endpoint, MessageListener listener, MessageLimits messageLimits) {
        this.client = client;
        this.endpoint = endpoint;
        this.listener = listener;
        this.dispatcher = new MessageDispatcher(listener, this::end);
        this.messageLimits = messageLimits;
    }

    /**
     * Starts to open the WebSocket and returns; messages are queued until it is open.
     *
     * @throws CannotConnect when a credential is missing
     */
    static WebSocketConnection start(
            EgressClient client, RemoteEndpoint endpoint, MessageListener listener, MessageLimits messageLimits) {
        var connection = new WebSocketConnection(client, endpoint, listener, messageLimits);
        connection.open();
        return connection;
    }

    private void open() {
        var _ = client.openWebSocket(endpoint, new IncomingFrames()).whenComplete((_, failure) -> {
            if (failure != null) {
                onUpgradeFailed(toFailure(failure));
            }
        });
    }

    /** Fails the queued messages, so that their senders learn that the credential was rejected. */
    private void onUpgradeFailed(DeliveryFailure failure) {
        if (ended.compareAndSet(false, true)) {
            for (var message : sendQueue.close()) {
                if (message.claim()) {
                    message.onFailure(failure);
                }
            }
            notifyEnd(failure.reason());
        }
    }

    private DeliveryFailure toFailure(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UpgradeException upgrade && upgrade.getResponseStatusCode() > 0) {
                var status = upgrade.getResponseStatusCode();
                return status == 401
                        ? DeliveryFailure.unauthorized(status)
                        : DeliveryFailure.notTaken("the server opened no WebSocket (status " + status + ")");
            }
        }
        return DeliveryFailure.of(ExchangeFailure.of(failure, endpoint.url().getHost(), false));
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
        end("stopped by KruxOS");
        DeliverySignal.await(endNotified, 2);
    }

    private void end(String reason) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        sendQueue.close();
        var open = socket;
        if (open != null) {
            open.close(CloseStatus.NORMAL, null, Callback.from(() -> {}, _ -> open.abort()));
        }
        notifyEnd(reason);
    }

    private void notifyEnd(String reason) {
        try {
            listener.onEnd(reason);
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
            end("the server does not answer pings");
            return;
        }
        open.sendFrame(new Frame(OpCode.PING), Callback.NOOP, false);
        try {
            var _ = client.schedule(this::ping, PING_INTERVAL);
        } catch (CannotConnect e) {
            end("the network client is closed");
        }
    }

    private final class IncomingFrames implements WebSocketHandler {
        private final BoundedBuffer text = messageLimits.newBuffer();
        private @Nullable OversizedMessage oversized;

        @Override
        public String subprotocol() {
            return "mcp";
        }

        @Override
        public void onOpen(CoreSession session, Callback callback) {
            socket = session;
            callback.succeeded();
            if (ended.get()) {
                session.close(CloseStatus.NORMAL, null, Callback.NOOP);
                return;
            }
            session.demand();
            sendQueue.open((bytes, onSent) -> session.sendFrame(
                    new Frame(OpCode.TEXT, ByteBuffer.wrap(bytes)), Callback.from(onSent, _ -> {}), false));
            var _ = client.schedule(WebSocketConnection.this::ping, PING_INTERVAL);
        }

        @Override
        public void onFrame(Frame frame, Callback callback) {
            unansweredPings.set(0);
            var session = socket;
            var accepted = true;
            switch (frame.getOpCode()) {
                case OpCode.TEXT, OpCode.CONTINUATION -> accepted = append(frame);
                case OpCode.PING -> {
                    if (session != null) {
                        var payload = ByteBuffer.wrap(bytes(frame));
                        session.sendFrame(new Frame(OpCode.PONG, true, payload), Callback.NOOP, false);
                    }
                }
                case OpCode.BINARY -> accepted = false;
                default -> {}
            }
            callback.succeeded();
            if (!accepted) {
                end(
                        frame.getOpCode() == OpCode.BINARY
                                ? "the server sent a binary frame, but MCP messages are text"
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

        /** Drops a message that is too long at its last frame. False when it is unbounded. */
        private boolean addToOversized(byte[] bytes, boolean last) {
            var message = oversized;
            if (message == null) {
                message = new OversizedMessage(messageLimits.maxBytes(), text);
            }
            message.add(bytes, 0, bytes.length);
            oversized = last ? null : message;
            if (last && !ended.get()) {
                var _ = dispatcher.reportDropped(message, null);
            }
            return !message.isUnbounded();
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
            // Before the WebSocket is open, the future of the upgrade fails with more detail.
            if (socket != null) {
                end("the connection broke (" + cause.getClass().getSimpleName() + ")");
            }
        }

        @Override
        public void onClosed(CloseStatus status, Callback callback) {
            callback.succeeded();
            end("the server closed the connection (code " + status.getCode() + ")");
        }
    }
}
