package com.kruxos.transport;

import com.kruxos.egress.EgressClient;
import com.kruxos.egress.HttpRoundTrip;
import com.kruxos.egress.RemoteEndpoint;
import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.rpc.ProtocolVersion;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * What the requests and streams of one Streamable HTTP connection share: the session id, the protocol version, and the
 * round trips in flight. Thread-safe.
 */
final class UpstreamHttpSession {
    /** How long other calls may still be answered after the server has lost the session. */
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);

    /** How many answered event streams the server may keep open; the oldest ones are aborted. */
    private static final int MAX_LINGERING = 32;

    private final EgressClient client;
    private final RemoteEndpoint endpoint;
    private final MessageLimits messageLimits;
    private final HttpConnectionState state;
    private final MessageDispatcher dispatcher;
    private final Set<HttpRoundTrip> lingering = new LinkedHashSet<>(); // guarded by itself

    private volatile @Nullable String sessionId;
    private volatile @Nullable ProtocolVersion protocolVersion;

    /** @param onListenerFailure see {@link MessageDispatcher} */
    UpstreamHttpSession(
            EgressClient client,
            RemoteEndpoint endpoint,
            MessageListener listener,
            MessageLimits messageLimits,
            Consumer<String> onListenerFailure) {
        this.client = client;
        this.endpoint = endpoint;
        this.messageLimits = messageLimits;
        this.state = new HttpConnectionState(listener);
        this.dispatcher = new MessageDispatcher(listener, onListenerFailure);
    }

    HttpConnectionState state() {
        return state;
    }

    MessageLimits messageLimits() {
        return messageLimits;
    }

    /** Throws {@link com.kruxos.egress.CannotConnect} when the network client is closed. */
    void schedule(Runnable work, Duration delay) {
        var _ = client.schedule(work, delay);
    }

    HttpRoundTrip newRoundTrip(
            HttpMethod method, byte @Nullable [] body, HttpRoundTrip.ResponseListener responseListener) {
        return new HttpRoundTrip(client, endpoint, method, body, responseListener);
    }

    /** The round trip is over. */
    void finished(HttpRoundTrip roundTrip) {
        state.remove(roundTrip);
        synchronized (lingering) {
            lingering.remove(roundTrip);
        }
    }

    /** Adds session id and protocol version. Another origin never gets the session id. */
    void addHeaders(HttpFields.Mutable headers, boolean sameOrigin) {
        var id = sessionId;
        if (sameOrigin && id != null) {
            headers.put("Mcp-Session-Id", id);
        }
        var version = protocolVersion;
        if (version != null && version.hasVersionHeader()) {
            headers.put("MCP-Protocol-Version", version.wireName());
        }
    }

    void setProtocolVersion(ProtocolVersion version) {
        protocolVersion = version;
    }

    boolean hasId() {
        return sessionId != null;
    }

    /** Stores the session id, null for none; false when it is malformed. */
    boolean setId(@Nullable String id) {
        if (id != null && !id.matches("[!-~]{1,1024}")) {
            return false;
        }
        sessionId = id;
        return true;
    }

    /** Passes on what the server sent, unless the connection has ended. True when it contained the awaited response. */
    boolean dispatch(byte[] text, @Nullable JsonRpcId awaited) {
        return !state.isEnded() && dispatcher.dispatch(text, awaited);
    }

    /** Reports a dropped message, unless the connection has ended. True when it was the awaited response. */
    boolean reportDropped(OversizedMessage message, @Nullable JsonRpcId awaited) {
        return !state.isEnded() && dispatcher.reportDropped(message, awaited);
    }

    /** The server does not know the session any more. */
    void onLost(int status) {
        state.drain(DeliveryFailure.sessionGoneReason(status));
        schedule(() -> state.end("the session ended", () -> {}), DRAIN_TIMEOUT);
    }

    /** The stream has delivered its response, and the server keeps it open. */
    void addLingering(HttpRoundTrip roundTrip) {
        HttpRoundTrip oldest = null;
        synchronized (lingering) {
            lingering.add(roundTrip);
            if (lingering.size() > MAX_LINGERING) {
                oldest = lingering.iterator().next();
                lingering.remove(oldest);
            }
        }
        if (oldest != null) {
            oldest.abort();
        }
    }
}
