package com.kruxos.transport;

import com.kruxos.egress.EgressClient;
import com.kruxos.egress.RemoteEndpoint;
import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.rpc.ProtocolVersion;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiPredicate;

/**
 * A server over Streamable HTTP: each message is a POST, answered by JSON or an event stream; the server's own messages
 * arrive on one event stream by GET.
 *
 * <p>A message fails alone, by {@link OutboundMessage#onFailure}. The connection ends by {@link #close}, or when the
 * server no longer knows the session: then no message is accepted, and those in flight may still be answered.
 */
final class StreamableHttpConnection implements ServerConnection, PostRequest.Owner {
    /** Offered a first message that was refused as a legacy server would; true when another transport takes it. */
    interface LegacyFallback extends BiPredicate<Integer, OutboundMessage> {}

    private final UpstreamHttpSession session;
    private final LegacyFallback legacyFallback;
    private final Map<JsonRpcId, PostRequest> pendingRequests = new ConcurrentHashMap<>();
    private final AtomicBoolean beforeFirstMessage = new AtomicBoolean(true);
    private final AtomicBoolean eventStreamOpened = new AtomicBoolean();

    StreamableHttpConnection(
            EgressClient client,
            RemoteEndpoint endpoint,
            MessageListener listener,
            MessageLimits messageLimits,
            LegacyFallback legacyFallback) {
        this.session = new UpstreamHttpSession(client, endpoint, listener, messageLimits, reason -> end(reason, false));
        this.legacyFallback = legacyFallback;
    }

    @Override
    public SendResult send(OutboundMessage message) {
        return post(message, new DeliverySignal());
    }

    /** Waits until the server has received it, at most 30 seconds. */
    @Override
    public SendResult sendAndAwait(OutboundMessage message) {
        return DeliverySignal.await(delivered -> post(message, delivered));
    }

    private SendResult post(OutboundMessage message, DeliverySignal delivered) {
        var result = session.state().admit(message);
        if (result != SendResult.ACCEPTED) {
            return result;
        }
        if (!message.claim()) {
            session.state().releaseBytes(message);
            session.state().complete();
            return SendResult.ACCEPTED;
        }
        var request = new PostRequest(session, this, message, delivered, beforeFirstMessage.getAndSet(false));
        if (request.id() != null) {
            pendingRequests.put(request.id(), request);
        }
        request.start();
        return SendResult.ACCEPTED;
    }

    @Override
    public void setProtocolVersion(ProtocolVersion version) {
        session.setProtocolVersion(version);
    }

    @Override
    public boolean isAlive() {
        return session.state().isOpen();
    }

    /** Also ends the session at the server, which may take two seconds. */
    @Override
    public void close() {
        end("stopped by KruxOS", true);
        session.state().awaitEnd(2 * SessionDeletion.TIMEOUT.toSeconds());
    }

    private void end(String reason, boolean mayWait) {
        session.state().end(reason, () -> {
            if (session.hasId()) {
                new SessionDeletion(session).send(mayWait);
            }
        });
    }

    @Override
    public void onFinished(PostRequest request) {
        if (request.id() != null) {
            pendingRequests.remove(request.id(), request);
        }
        session.state().complete();
    }

    @Override
    public void onInitialized() {
        if (eventStreamOpened.compareAndSet(false, true)) {
            new ReconnectingEventStream(session, new ServerMessages(session)).open();
        }
    }

    @Override
    public void onCancelled(JsonRpcId id) {
        var request = pendingRequests.get(id);
        if (request != null) {
            request.cancel();
        }
    }

    @Override
    public boolean tryLegacy(int status, OutboundMessage message) {
        return legacyFallback.test(status, message);
    }

    /** The server's own messages. A server need not offer this stream. */
    private record ServerMessages(UpstreamHttpSession session) implements ReconnectingEventStream.StreamConsumer {
        @Override
        public boolean expectsResponse() {
            return false;
        }

        @Override
        public boolean isFinished() {
            return false;
        }

        @Override
        public boolean onEvent(byte[] data) {
            session.dispatch(data, null);
            return false;
        }

        @Override
        public boolean onOversized(OversizedMessage message) {
            session.reportDropped(message, null);
            return false;
        }

        @Override
        public void onLost(String reason) {}
    }
}
