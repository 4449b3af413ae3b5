package com.kruxos.transport;

import com.kruxos.egress.EgressClient;
import com.kruxos.egress.HttpRoundTrip;
import com.kruxos.egress.RedirectPolicy;
import com.kruxos.egress.RemoteEndpoint;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.transport.DeliveryFailure.FailureKind;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * An MCP server of 2024-11-05: one stream of events brings everything it says, and first of all where messages are to
 * be posted. When the stream ends, so does the connection.
 *
 * <pre>
 *   GET ──event "endpoint"──► messages are posted ──stream ends──► ended
 *    │ messages wait in line
 *    └──anything else──► ended
 * </pre>
 */
public final class SseConnection implements ServerConnection {
    /** Told how the beginning went. */
    interface OpenListener {
        void onOpen();

        /** Returns true when the receiver need not be told. */
        boolean onOpenFailure(String why);
    }

    private static final Duration ENDPOINT_TIMEOUT = Duration.ofSeconds(10);
    private static final long DELIVERY_TIMEOUT_SECONDS = 30;

    private final EgressClient client;
    private final RemoteEndpoint endpoint;
    private final HttpConnectionState state;
    private final MessageDispatcher dispatcher;
    private final MessageLimits messageLimits;
    private final OpenListener openListener;
    private final HttpRoundTrip stream;

    // Guarded by this.
    private final ArrayDeque<QueuedMessage> queue = new ArrayDeque<>();
    private boolean endpointKnown;

    private volatile @Nullable URI postUrl;

    /** A message, and who wants to know that the server has it. */
    private record QueuedMessage(
            OutboundMessage message, @Nullable CountDownLatch delivered, boolean claimed) {}

    SseConnection(
            EgressClient network,
            RemoteEndpoint remote,
            MessageListener receiver,
            MessageLimits messages,
            OpenListener opened) {
        this.client = network;
        this.endpoint = remote;
        this.state = new HttpConnectionState(receiver, StdioConnection.MAX_QUEUED_BYTES);
        this.dispatcher = new MessageDispatcher(receiver, this::end);
        this.messageLimits = messages;
        this.openListener = opened;
        this.stream = new HttpRoundTrip(network, remote, HttpMethod.GET, remote.url(), null, new EventStreamListener());
    }

    /**
     * Opens the stream; messages wait until the server has said where to post them.
     *
     * @throws CannotConnect when we do not connect to such a place
     */
    public static SseConnection start(EgressClient network, RemoteEndpoint remote, MessageListener receiver) {
        StreamableHttpConnection.requireAllowed(network, remote);
        var connection =
                new SseConnection(network, remote, receiver, StdioConnection.DEFAULT_LIMITS, new OpenListener() {
                    @Override
                    public void onOpen() {}

                    @Override
                    public boolean onOpenFailure(String why) {
                        return false;
                    }
                });
        connection.open();
        return connection;
    }

    void open() {
        state.start(stream);
        var _ = client.schedule(
                () -> {
                    if (postUrl == null) {
                        stream.abort();
                    }
                },
                ENDPOINT_TIMEOUT);
    }

    @Override
    public SendResult send(OutboundMessage message) {
        return enqueue(new QueuedMessage(message, null, false));
    }

    @Override
    public SendResult sendAndAwait(OutboundMessage message) {
        var taken = new CountDownLatch(1);
        var sent = enqueue(new QueuedMessage(message, taken, false));
        if (sent == SendResult.ACCEPTED) {
            try {
                var _ = taken.await(DELIVERY_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return sent;
    }

    /** Sends what was claimed already. */
    SendResult sendClaimed(OutboundMessage message) {
        return enqueue(new QueuedMessage(message, null, true));
    }

    private SendResult enqueue(QueuedMessage next) {
        var sent = state.admit(next.message());
        if (sent != SendResult.ACCEPTED) {
            return sent;
        }
        synchronized (this) {
            if (!endpointKnown) {
                queue.add(next);
                return SendResult.ACCEPTED;
            }
        }
        post(next);
        return SendResult.ACCEPTED;
    }

    private void post(QueuedMessage next) {
        var to = postUrl;
        if (to == null || !(next.claimed() || next.message().claim())) {
            state.releaseBytes(next.message());
            state.complete();
            return;
        }
        var delivery = new PostListener(next);
        delivery.roundTrip = new HttpRoundTrip(
                client, endpoint, HttpMethod.POST, to, next.message().bytes(), delivery);
        state.start(delivery.roundTrip);
    }

    @Override
    public boolean isAlive() {
        return state.isOpen();
    }

    @Override
    public void close() {
        end("it was stopped");
        state.awaitEnd(2);
    }

    private void end(String why) {
        state.end(why, () -> {});
        synchronized (this) {
            queue.clear();
        }
    }

    private void onEndpoint(byte[] where) {
        var url = resolveEndpoint(where);
        if (postUrl != null) {
            return; // the first one counts
        }
        if (url == null) {
            onStreamFailure("it wants messages posted to another server, or nowhere");
            return;
        }
        postUrl = url;
        openListener.onOpen();
        while (true) {
            QueuedMessage next;
            synchronized (this) {
                next = queue.poll();
                if (next == null) {
                    endpointKnown = true;
                    return;
                }
            }
            post(next);
        }
    }

    private @Nullable URI resolveEndpoint(byte[] where) {
        try {
            var url = endpoint.url()
                    .resolve(URI.create(
                            StderrReader.decode(where, where.length, 4_096).strip()));
            var good = url.getHost() != null
                    && url.getRawUserInfo() == null
                    && RedirectPolicy.isSameOrigin(endpoint.url(), url);
            return good ? url : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private void onStreamFailure(String why) {
        if (postUrl != null || !openListener.onOpenFailure(why)) {
            end(why);
        }
        stream.abort();
    }

    private final class EventStreamListener implements HttpRoundTrip.ResponseListener {
        private @Nullable ResponseBody response;
        private @Nullable SseParser parser;

        @Override
        public void addHeaders(HttpFields.Mutable headers, boolean home) {
            headers.put(HttpHeader.ACCEPT, "text/event-stream");
        }

        @Override
        public void onHead(int status, HttpFields headers) {
            var head = new ResponseBody(status, headers, messageLimits);
            response = head;
            if (head.isEventStream()) {
                parser = new SseParser(messageLimits, this::onEvent, this::onOversized);
            }
        }

        private void onEvent(String name, byte[] data) {
            if (name.equals("endpoint")) {
                onEndpoint(data);
            } else if (!state.isEnded()) {
                var _ = dispatcher.dispatch(data, null);
            }
        }

        private void onOversized(OversizedMessage excess) {
            if (!state.isEnded()) {
                var _ = dispatcher.reportDropped(excess, null);
            }
        }

        @Override
        public @Nullable String onBody(ByteBuffer piece) {
            var head = response;
            if (head == null || parser == null || head.violation() != null) {
                return head == null || head.violation() == null ? "no events" : head.violation();
            }
            return parser.feed(piece) ? null : ResponseBody.tooLongReason(messageLimits.maxBytes());
        }

        @Override
        public void onComplete() {
            onStreamEnd("its stream ended");
        }

        @Override
        public void onFailure(DeliveryFailure failure) {
            onStreamEnd(failure.reason());
        }

        private void onStreamEnd(String why) {
            state.remove(stream);
            var head = response;
            if (head != null && !head.isSuccess()) {
                onStreamFailure(
                        head.isUnauthorized()
                                ? "it refuses the credential (status " + head.status + ")"
                                : StatusMapping.toFailure(head.status).reason());
            } else {
                onStreamFailure(head != null && parser == null ? "it answered without a stream of events" : why);
            }
        }
    }

    /** One message on its way. What is answered to it comes on the stream. */
    private final class PostListener implements HttpRoundTrip.ResponseListener {
        private final QueuedMessage queued;
        private @Nullable HttpRoundTrip roundTrip;
        private @Nullable ResponseBody response;
        private boolean sent;

        PostListener(QueuedMessage next) {
            this.queued = next;
        }

        @Override
        public void addHeaders(HttpFields.Mutable headers, boolean home) {
            headers.put(HttpHeader.ACCEPT, "application/json, text/event-stream");
        }

        @Override
        public void onHead(int status, HttpFields headers) {
            response = new ResponseBody(status, headers, messageLimits);
            if (response.isSuccess()) {
                markSent();
            }
        }

        /** Its text means nothing. */
        @Override
        public @Nullable String onBody(ByteBuffer piece) {
            return response == null ? "" : response.append(piece);
        }

        @Override
        public void onComplete() {
            finish(new DeliveryFailure(FailureKind.LOST, "it did not answer"));
        }

        @Override
        public void onFailure(DeliveryFailure failure) {
            finish(failure);
        }

        private void finish(DeliveryFailure otherwise) {
            if (roundTrip != null) {
                state.remove(roundTrip);
            }
            var head = response;
            var failure = head == null ? otherwise : head.isSuccess() ? null : toFailure(head);
            markSent();
            if (failure != null && !state.isEnded()) {
                queued.message().onFailure(failure);
            }
            state.complete();
        }

        private DeliveryFailure toFailure(ResponseBody head) {
            if (head.isUnauthorized()) {
                return new DeliveryFailure(
                        FailureKind.UNAUTHORIZED, "it refuses the credential (status " + head.status + ")");
            }
            if (head.status == 404 && queued.message().isSessionRetry()) {
                return DeliveryFailure.sessionStillKnown(404);
            }
            if (head.status == 404) {
                state.drain("its session is gone (status 404)");
                return new DeliveryFailure(
                        FailureKind.SESSION_GONE, "it does not know the session any more (status 404)");
            }
            return StatusMapping.toFailure(head.status);
        }

        private void markSent() {
            if (!sent) {
                sent = true;
                state.releaseBytes(queued.message());
                if (queued.delivered() != null) {
                    queued.delivered().countDown();
                }
            }
        }
    }
}
