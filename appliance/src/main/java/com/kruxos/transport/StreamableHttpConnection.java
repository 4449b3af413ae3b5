package com.kruxos.transport;

import com.kruxos.egress.AddressPolicy;
import com.kruxos.egress.CannotConnect;
import com.kruxos.egress.EgressClient;
import com.kruxos.egress.HttpRoundTrip;
import com.kruxos.egress.RemoteEndpoint;
import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.rpc.ProtocolVersion;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * An MCP server over Streamable HTTP: each message is a POST, its answer comes as JSON or as events; what the server
 * says by itself comes on one GET.
 *
 * <p>A message fails alone, by {@link OutboundMessage#onFailure}. What ends the connection is {@link #close} and a
 * server that does not know its session any more: then nothing new is taken, and what is under way may still be
 * answered.
 */
public final class StreamableHttpConnection implements ServerConnection {
    /** Asked when the first message was refused in a way that an old server would. */
    interface LegacyFallback {
        /** True when it takes care of the message, which was claimed and not taken. */
        boolean tryLegacy(int status, OutboundMessage message);
    }

    private static final long DELIVERY_TIMEOUT_SECONDS = 30;
    private static final long DELETE_TIMEOUT_MILLIS = 2_000;
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);

    /** Answered streams that the server has not closed yet; the oldest are cut. */
    private static final int MAX_LINGERING = 32;

    private final EgressClient client;
    private final RemoteEndpoint endpoint;
    private final HttpConnectionState state;
    private final MessageDispatcher dispatcher;
    private final MessageLimits messageLimits;
    private final LegacyFallback legacyFallback;
    private final Map<JsonRpcId, PostRequest> pendingRequests = new ConcurrentHashMap<>();
    private final AtomicBoolean beforeFirstMessage = new AtomicBoolean(true);
    private final AtomicBoolean eventStreamOpened = new AtomicBoolean();
    private final Set<HttpRoundTrip> lingering = new LinkedHashSet<>(); // guarded by itself
    private volatile @Nullable String sessionId;
    private volatile @Nullable ProtocolVersion protocolVersion;

    StreamableHttpConnection(
            EgressClient network,
            RemoteEndpoint remote,
            MessageListener receiver,
            MessageLimits messages,
            LegacyFallback elsewhere) {
        this.client = network;
        this.endpoint = remote;
        this.state = new HttpConnectionState(receiver, StdioConnection.MAX_QUEUED_BYTES);
        this.dispatcher = new MessageDispatcher(receiver, why -> end(why, false));
        this.messageLimits = messages;
        this.legacyFallback = elsewhere;
    }

    /**
     * Nothing is sent before the first message.
     *
     * @throws CannotConnect when we do not connect to such a place
     */
    public static StreamableHttpConnection start(
            EgressClient network, RemoteEndpoint remote, MessageListener receiver) {
        requireAllowed(network, remote);
        return new StreamableHttpConnection(
                network, remote, receiver, StdioConnection.DEFAULT_LIMITS, (status, message) -> false);
    }

    /** Says no before anything is looked up; else the network is started, so that the first message need not wait. */
    static void requireAllowed(EgressClient network, RemoteEndpoint remote) {
        var objection = network.addressPolicy().checkConfigured(remote.url());
        if (!objection.isEmpty()) {
            throw new CannotConnect(objection, AddressPolicy.HINT);
        }
        network.httpClient();
    }

    @Override
    public SendResult send(OutboundMessage message) {
        return post(message, null);
    }

    /** Waits until the server has taken it, half a minute at most. */
    @Override
    public SendResult sendAndAwait(OutboundMessage message) {
        var taken = new CountDownLatch(1);
        var sent = post(message, taken);
        if (sent == SendResult.ACCEPTED) {
            try {
                var _ = taken.await(DELIVERY_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return sent;
    }

    private SendResult post(OutboundMessage message, @Nullable CountDownLatch taken) {
        var sent = state.admit(message);
        if (sent != SendResult.ACCEPTED) {
            return sent;
        }
        if (!message.claim()) {
            state.releaseBytes(message);
            state.complete();
            return SendResult.ACCEPTED;
        }
        var post = new PostRequest(this, message, taken, beforeFirstMessage.getAndSet(false));
        var id = post.metadata().id();
        if (id != null) {
            pendingRequests.put(id, post);
        }
        post.start();
        return SendResult.ACCEPTED;
    }

    @Override
    public void setProtocolVersion(ProtocolVersion agreed) {
        protocolVersion = agreed;
    }

    @Override
    public boolean isAlive() {
        return state.isOpen();
    }

    /** Ends the session at the server too, which may take two seconds. */
    @Override
    public void close() {
        end("it was stopped", true);
        state.awaitEnd(2 * DELETE_TIMEOUT_MILLIS / 1_000);
    }

    private void end(String why, boolean mayWait) {
        state.end(why, () -> deleteSession(mayWait));
    }

    private void deleteSession(boolean mayWait) {
        if (sessionId == null) {
            return;
        }
        var said = new CountDownLatch(1);
        var trip =
                new HttpRoundTrip(client, endpoint, HttpMethod.DELETE, endpoint.url(), null, new SessionDeletion(said));
        trip.start();
        try {
            var _ = client.schedule(trip::abort, Duration.ofMillis(DELETE_TIMEOUT_MILLIS));
            if (mayWait) {
                var _ = said.await(DELETE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The network is closed: there is no way to say it.
        }
    }

    private final class SessionDeletion implements HttpRoundTrip.ResponseListener {
        private final CountDownLatch answered;

        SessionDeletion(CountDownLatch said) {
            this.answered = said;
        }

        @Override
        public void addHeaders(HttpFields.Mutable headers, boolean home) {
            addSessionHeaders(headers, home);
        }

        @Override
        public void onHead(int status, HttpFields headers) {
            answered.countDown();
        }

        @Override
        public @Nullable String onBody(ByteBuffer piece) {
            return "no longer wanted";
        }

        @Override
        public void onComplete() {
            answered.countDown();
        }

        @Override
        public void onFailure(DeliveryFailure failure) {
            answered.countDown();
        }
    }

    // What follows is for Post and EventStream.

    EgressClient client() {
        return client;
    }

    RemoteEndpoint endpoint() {
        return endpoint;
    }

    HttpConnectionState state() {
        return state;
    }

    MessageLimits messageLimits() {
        return messageLimits;
    }

    LegacyFallback legacyFallback() {
        return legacyFallback;
    }

    /** Session and version; a session is nobody else's business. */
    void addSessionHeaders(HttpFields.Mutable headers, boolean home) {
        var current = sessionId;
        if (home && current != null) {
            headers.put("Mcp-Session-Id", current);
        }
        var spoken = protocolVersion;
        if (spoken != null && spoken.hasVersionHeader()) {
            headers.put("MCP-Protocol-Version", spoken.wireName());
        }
    }

    boolean hasSession() {
        return sessionId != null;
    }

    /** The server has named the session. False when it is no id. */
    boolean startSession(@Nullable String id) {
        if (id != null && !id.matches("[!-~]{1,1024}")) {
            return false;
        }
        sessionId = id;
        return true;
    }

    /** Hands over what the server said, unless all is over. True when it held the answer. */
    boolean dispatch(byte[] text, @Nullable JsonRpcId awaited) {
        return !state.isEnded() && dispatcher.dispatch(text, awaited);
    }

    /** Says that something was not kept, unless all is over. True when it was the answer. */
    boolean reportDropped(OversizedMessage excess, @Nullable JsonRpcId awaited) {
        return !state.isEnded() && dispatcher.reportDropped(excess, awaited);
    }

    void onFinished(PostRequest post) {
        var id = post.metadata().id();
        if (id != null) {
            pendingRequests.remove(id, post);
        }
        state.complete();
    }

    /** The server was told that nobody waits for it. */
    void cancel(JsonRpcId id) {
        var post = pendingRequests.get(id);
        if (post != null) {
            post.cancel();
        }
    }

    /** Hears what the server says by itself, from now on. */
    void openEventStream() {
        if (eventStreamOpened.compareAndSet(false, true)) {
            new ReconnectingEventStream(this, null, null, null).open();
        }
    }

    void onSessionLost(int status) {
        state.drain("its session is gone (status " + status + ")");
        var _ = client.schedule(() -> state.end("its session is gone", () -> {}), DRAIN_TIMEOUT);
    }

    void addLingering(HttpRoundTrip trip) {
        HttpRoundTrip oldest = null;
        synchronized (lingering) {
            lingering.add(trip);
            if (lingering.size() > MAX_LINGERING) {
                oldest = lingering.iterator().next();
                lingering.remove(oldest);
            }
        }
        if (oldest != null) {
            oldest.abort();
        }
    }

    void removeLingering(HttpRoundTrip trip) {
        synchronized (lingering) {
            lingering.remove(trip);
        }
    }
}
