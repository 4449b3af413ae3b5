package com.kruxos.transport;

import com.kruxos.egress.EgressClient;
import com.kruxos.egress.RemoteEndpoint;
import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.rpc.ProtocolVersion;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A server known by its URL. For http and https the first message finds out the transport: Streamable HTTP, or when the
 * server refuses the POST with 400, 404 or 405, and so has processed nothing, HTTP with server-sent events of MCP
 * 2024-11-05. The transport found is kept for the life of the connection.
 */
public final class RemoteConnection implements ServerConnection {
    private final EgressClient client;
    private final RemoteEndpoint endpoint;
    private final MessageListener listener;
    private final MessageLimits messageLimits;
    private final StreamableHttpConnection streamableHttp;
    private volatile @Nullable SseConnection legacyAttempt;
    private volatile @Nullable SseConnection legacy; // the attempt, once it has succeeded

    private RemoteConnection(
            EgressClient client, RemoteEndpoint endpoint, MessageListener listener, MessageLimits messageLimits) {
        this.client = client;
        this.endpoint = endpoint;
        this.listener = new EndOnceListener(listener);
        this.messageLimits = messageLimits;
        this.streamableHttp =
                new StreamableHttpConnection(client, endpoint, this.listener, messageLimits, this::tryLegacy);
    }

    /**
     * Connects to the URL; the scheme selects WebSocket or HTTP. The first message sent must be the first of the
     * protocol, and the next one must wait for its answer.
     *
     * @param messageLimits for messages from the server
     * @throws com.kruxos.egress.CannotConnect when the URL is not allowed, or a credential for a WebSocket is missing
     */
    public static ServerConnection start(
            EgressClient client, RemoteEndpoint endpoint, MessageListener listener, MessageLimits messageLimits) {
        client.prepare(endpoint);
        return endpoint.isWebSocket()
                ? WebSocketConnection.start(client, endpoint, listener, messageLimits)
                : new RemoteConnection(client, endpoint, listener, messageLimits);
    }

    /** The Streamable HTTP connection stays open meanwhile, so that a failure can be reported as its own. */
    private boolean tryLegacy(int status, OutboundMessage first) {
        var attempt = new LegacyAttempt(status, first);
        var connection = new SseConnection(client, endpoint, listener, messageLimits, attempt);
        attempt.connection = connection;
        legacyAttempt = connection;
        connection.open();
        if (!streamableHttp.isAlive()) {
            connection.close(); // this connection was closed meanwhile
        }
        return true;
    }

    private final class LegacyAttempt implements SseConnection.OpenListener {
        private final int status;
        private final OutboundMessage firstMessage;
        private volatile @Nullable SseConnection connection;

        LegacyAttempt(int status, OutboundMessage firstMessage) {
            this.status = status;
            this.firstMessage = firstMessage;
        }

        @Override
        public void onOpen() {
            var opened = connection;
            if (opened != null) {
                legacy = opened;
                var _ = opened.sendClaimed(firstMessage);
            }
        }

        @Override
        public boolean onOpenFailure(String reason) {
            if (streamableHttp.isAlive()) {
                firstMessage.onFailure(
                        DeliveryFailure.notTaken(StatusMapping.toFailure(status).reason()));
            }
            return true;
        }
    }

    /** Both connections may end; the listener gets one {@code onEnd}. */
    private static final class EndOnceListener implements MessageListener {
        private final MessageListener delegate;
        private final AtomicBoolean ended = new AtomicBoolean();

        EndOnceListener(MessageListener delegate) {
            this.delegate = delegate;
        }

        @Override
        public void onMessage(byte[] text, Message read) {
            delegate.onMessage(text, read);
        }

        @Override
        public void onDropped(@Nullable JsonRpcId answeredId, String reason) {
            delegate.onDropped(answeredId, reason);
        }

        @Override
        public void onInvalidText(String text) {
            delegate.onInvalidText(text);
        }

        @Override
        public void onStderr(String line) {
            delegate.onStderr(line);
        }

        @Override
        public void onEnd(String reason) {
            if (ended.compareAndSet(false, true)) {
                delegate.onEnd(reason);
            }
        }
    }

    private ServerConnection current() {
        var found = legacy;
        return found == null ? streamableHttp : found;
    }

    @Override
    public SendResult send(OutboundMessage message) {
        return current().send(message);
    }

    @Override
    public SendResult sendAndAwait(OutboundMessage message) {
        return current().sendAndAwait(message);
    }

    @Override
    public void setProtocolVersion(ProtocolVersion version) {
        current().setProtocolVersion(version);
    }

    @Override
    public boolean isAlive() {
        return current().isAlive();
    }

    @Override
    public void close() {
        streamableHttp.close();
        var attempt = legacyAttempt;
        if (attempt != null) {
            attempt.close();
        }
    }
}
