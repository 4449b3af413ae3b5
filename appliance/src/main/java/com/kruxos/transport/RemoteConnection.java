package com.kruxos.transport;

import com.kruxos.egress.EgressClient;
import com.kruxos.egress.RemoteEndpoint;
import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.rpc.ProtocolVersion;
import com.kruxos.transport.DeliveryFailure.FailureKind;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A server of which only the URL is known. Whether it speaks Streamable HTTP or the older HTTP with events shows with
 * the first message: an old server does not take a POST there, so nothing was carried out, and the message goes the old
 * way if the server has one. What was found stays for the life of the connection.
 */
public final class RemoteConnection implements ServerConnection {
    private final EgressClient client;
    private final RemoteEndpoint endpoint;
    private final MessageListener listener;
    private final MessageLimits messageLimits;
    private final StreamableHttpConnection streamableHttp;
    private volatile @Nullable SseConnection legacyAttempt;
    private volatile @Nullable SseConnection legacy; // the one that was tried, when it is one

    private RemoteConnection(
            EgressClient network, RemoteEndpoint remote, MessageListener receiver, MessageLimits messages) {
        this.client = network;
        this.endpoint = remote;
        this.listener = new EndOnceListener(receiver);
        this.messageLimits = messages;
        this.streamableHttp = new StreamableHttpConnection(network, remote, listener, messages, this::tryLegacy);
    }

    /**
     * Connects by what the URL says, with the usual limit.
     *
     * @throws CannotConnect when we do not connect to such a place
     */
    public static ServerConnection start(EgressClient network, RemoteEndpoint remote, MessageListener receiver) {
        return start(network, remote, receiver, StdioConnection.DEFAULT_LIMITS);
    }

    /**
     * Connects by what the URL says. The first message given to it must be the first of the protocol, and have been
     * answered before the next one is sent.
     *
     * @param messages what those of the server may take
     * @throws CannotConnect when we do not connect to such a place
     */
    public static ServerConnection start(
            EgressClient network, RemoteEndpoint remote, MessageListener receiver, MessageLimits messages) {
        StreamableHttpConnection.requireAllowed(network, remote);
        if (remote.isWebSocket()) {
            return WebSocketConnection.start(network, remote, receiver, messages);
        }
        return new RemoteConnection(network, remote, receiver, messages);
    }

    /** While an old server is tried the modern connection stays, so that a failure can be told as its own. */
    private boolean tryLegacy(int status, OutboundMessage first) {
        var opening = new LegacyAttempt(status, first);
        var tried = new SseConnection(client, endpoint, listener, messageLimits, opening);
        opening.connection = tried;
        legacyAttempt = tried;
        tried.open();
        if (!streamableHttp.isAlive()) {
            tried.close(); // closed meanwhile
        }
        return true;
    }

    private final class LegacyAttempt implements SseConnection.OpenListener {
        private final int status;
        private final OutboundMessage firstMessage;
        private volatile @Nullable SseConnection connection;

        LegacyAttempt(int status, OutboundMessage first) {
            this.status = status;
            this.firstMessage = first;
        }

        @Override
        public void onOpen() {
            var found = connection;
            if (found != null) {
                legacy = found;
                var _ = found.sendClaimed(firstMessage);
            }
        }

        @Override
        public boolean onOpenFailure(String why) {
            if (streamableHttp.isAlive()) {
                firstMessage.onFailure(new DeliveryFailure(
                        FailureKind.NOT_TAKEN, StatusMapping.toFailure(status).reason()));
            }
            return true;
        }
    }

    /** Two connections may end, and the receiver hears it once. */
    private static final class EndOnceListener implements MessageListener {
        private final MessageListener delegate;
        private final AtomicBoolean ended = new AtomicBoolean();

        EndOnceListener(MessageListener receiver) {
            this.delegate = receiver;
        }

        @Override
        public void onMessage(byte[] text, Message read) {
            delegate.onMessage(text, read);
        }

        @Override
        public void onDropped(@Nullable JsonRpcId answered, String why) {
            delegate.onDropped(answered, why);
        }

        @Override
        public void onInvalidText(String line) {
            delegate.onInvalidText(line);
        }

        @Override
        public void onStderr(String line) {
            delegate.onStderr(line);
        }

        @Override
        public void onEnd(String why) {
            if (ended.compareAndSet(false, true)) {
                delegate.onEnd(why);
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
        var other = legacyAttempt;
        if (other != null) {
            other.close();
        }
    }
}
