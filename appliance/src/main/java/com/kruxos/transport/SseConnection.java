package com.kruxos.transport;

import com.kruxos.egress.CannotConnect;
import com.kruxos.egress.EgressClient;
import com.kruxos.egress.ExchangeFailure;
import com.kruxos.egress.HttpRoundTrip;
import com.kruxos.egress.RemoteEndpoint;
import com.kruxos.rpc.MessageLimits;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * A server over HTTP with server-sent events, the transport of MCP 2024-11-05: one event stream brings everything the
 * server sends, first the URL that messages are posted to. When the stream ends, the connection ends.
 *
 * <pre>
 *   GET ──event "endpoint"──► messages are posted ──stream ends──► ended
 *    │ messages are queued
 *    └──anything else──► ended
 * </pre>
 */
final class SseConnection implements ServerConnection {
    /** Told whether the server speaks this transport. */
    interface OpenListener {
        void onOpen();

        /** Returns true when {@link MessageListener#onEnd} must not be called. */
        boolean onOpenFailure(String reason);
    }

    private static final Duration ENDPOINT_TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_ENDPOINT_LENGTH = 4_096;

    private final EgressClient client;
    private final RemoteEndpoint endpoint;
    private final HttpConnectionState state;
    private final MessageDispatcher dispatcher;
    private final MessageLimits messageLimits;
    private final OpenListener openListener;
    private final HttpRoundTrip stream;

    // Guarded by this.
    private final ArrayDeque<QueuedMessage> queue = new ArrayDeque<>();
    private boolean queueSent;

    private volatile @Nullable RemoteEndpoint postEndpoint;

    private record QueuedMessage(OutboundMessage message, DeliverySignal delivered, boolean claimed) {}

    SseConnection(
            EgressClient client,
            RemoteEndpoint endpoint,
            MessageListener listener,
            MessageLimits messageLimits,
            OpenListener openListener) {
        this.client = client;
        this.endpoint = endpoint;
        this.state = new HttpConnectionState(listener);
        this.dispatcher = new MessageDispatcher(listener, this::end);
        this.messageLimits = messageLimits;
        this.openListener = openListener;
        this.stream = new HttpRoundTrip(client, endpoint, HttpMethod.GET, null, new EventStreamListener());
    }

    /** Opens the stream. Messages are queued until the server has sent its endpoint. */
    void open() {
        state.start(stream);
        var _ = client.schedule(
                () -> {
                    if (postEndpoint == null) {
                        stream.abort();
                    }
                },
                ENDPOINT_TIMEOUT);
    }

    @Override
    public SendResult send(OutboundMessage message) {
        return enqueue(new QueuedMessage(message, new DeliverySignal(), false));
    }

    @Override
    public SendResult sendAndAwait(OutboundMessage message) {
        return DeliverySignal.await(delivered -> enqueue(new QueuedMessage(message, delivered, false)));
    }

    SendResult sendClaimed(OutboundMessage message) {
        return enqueue(new QueuedMessage(message, new DeliverySignal(), true));
    }

    private SendResult enqueue(QueuedMessage next) {
        var result = state.admit(next.message());
        if (result != SendResult.ACCEPTED) {
            return result;
        }
        synchronized (this) {
            if (!queueSent) {
                queue.add(next);
                return SendResult.ACCEPTED;
            }
        }
        post(next);
        return SendResult.ACCEPTED;
    }

    private void post(QueuedMessage next) {
        var to = postEndpoint;
        if (to == null || !(next.claimed() || next.message().claim())) {
            state.releaseBytes(next.message());
            state.complete();
            return;
        }
        new PostListener(next, to).start();
    }

    @Override
    public boolean isAlive() {
        return state.isOpen();
    }

    @Override
    public void close() {
        end("stopped by KruxOS");
        state.awaitEnd(2);
    }

    private void end(String reason) {
        state.end(reason, () -> {});
        synchronized (this) {
            queue.clear();
        }
    }

    private void onEndpoint(byte[] data) {
        if (postEndpoint != null) {
            return; // only the first endpoint event is used
        }
        var to = resolveEndpoint(data);
        if (to == null) {
            onStreamFailure("the server's message endpoint is invalid or belongs to another server");
            return;
        }
        postEndpoint = to;
        openListener.onOpen();
        while (true) {
            QueuedMessage next;
            synchronized (this) {
                next = queue.poll();
                if (next == null) {
                    queueSent = true;
                    return;
                }
            }
            post(next);
        }
    }

    /** The credential goes with each message, so the endpoint must be of the stream's own origin. */
    private @Nullable RemoteEndpoint resolveEndpoint(byte[] data) {
        try {
            var text =
                    StderrReader.decode(data, data.length, MAX_ENDPOINT_LENGTH).strip();
            var resolved = new RemoteEndpoint(endpoint.url().resolve(URI.create(text)), endpoint.headers());
            return endpoint.isSameOrigin(resolved.url()) ? resolved : null;
        } catch (IllegalArgumentException | CannotConnect e) {
            return null;
        }
    }

    private void onStreamFailure(String reason) {
        if (postEndpoint != null || !openListener.onOpenFailure(reason)) {
            end(reason);
        }
        stream.abort();
    }

    private final class EventStreamListener implements HttpRoundTrip.ResponseListener {
        private @Nullable ResponseBody response;
        private @Nullable SseParser parser;

        @Override
        public void addHeaders(HttpFields.Mutable headers, boolean sameOrigin) {
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

        private void onOversized(OversizedMessage message) {
            if (!state.isEnded()) {
                var _ = dispatcher.reportDropped(message, null);
            }
        }

        @Override
        public @Nullable String onBody(ByteBuffer chunk) {
            var head = response;
            if (head == null || parser == null || head.violation() != null) {
                return head == null || head.violation() == null ? "the response is not used" : head.violation();
            }
            return parser.feed(chunk) ? null : ResponseBody.tooLongReason(messageLimits.maxBytes());
        }

        @Override
        public void onComplete() {
            onStreamEnd("the event stream ended");
        }

        @Override
        public void onFailure(ExchangeFailure failure) {
            onStreamEnd(failure.reason());
        }

        private void onStreamEnd(String reason) {
            state.remove(stream);
            var head = response;
            if (head != null && !head.isSuccess()) {
                onStreamFailure(toFailure(head).reason());
            } else {
                onStreamFailure(
                        head != null && parser == null ? "the server answered without an event stream" : reason);
            }
        }
    }

    private static DeliveryFailure toFailure(ResponseBody head) {
        return head.isUnauthorized() ? DeliveryFailure.unauthorized(head.status) : StatusMapping.toFailure(head.status);
    }

    /**
     * One message in flight. Its answer arrives on the event stream; the response to the POST is only an
     * acknowledgement.
     */
    private final class PostListener implements HttpRoundTrip.ResponseListener {
        private final QueuedMessage queued;
        private final HttpRoundTrip roundTrip;
        private @Nullable ResponseBody response;
        private boolean sent;

        PostListener(QueuedMessage queued, RemoteEndpoint to) {
            this.queued = queued;
            this.roundTrip = new HttpRoundTrip(
                    client, to, HttpMethod.POST, queued.message().bytes(), this);
        }

        void start() {
            state.start(roundTrip);
        }

        @Override
        public void addHeaders(HttpFields.Mutable headers, boolean sameOrigin) {
            headers.put(HttpHeader.ACCEPT, "application/json, text/event-stream");
        }

        @Override
        public void onHead(int status, HttpFields headers) {
            response = new ResponseBody(status, headers, messageLimits);
            if (response.isSuccess()) {
                markSent();
            }
        }

        @Override
        public @Nullable String onBody(ByteBuffer chunk) {
            return response == null ? "" : response.append(chunk);
        }

        @Override
        public void onComplete() {
            finish(DeliveryFailure.lost("the server sent no response"));
        }

        @Override
        public void onFailure(ExchangeFailure failure) {
            finish(DeliveryFailure.of(failure));
        }

        private void finish(DeliveryFailure otherwise) {
            state.remove(roundTrip);
            var head = response;
            var failure = head == null ? otherwise : head.isSuccess() ? null : failureOf(head);
            markSent();
            if (failure != null && !state.isEnded()) {
                queued.message().onFailure(failure);
            }
            state.complete();
        }

        private DeliveryFailure failureOf(ResponseBody head) {
            if (head.status != 404 || head.isUnauthorized()) {
                return toFailure(head);
            }
            if (queued.message().isSessionRetry()) {
                return DeliveryFailure.sessionStillKnown(404);
            }
            state.drain(DeliveryFailure.sessionGoneReason(404));
            return DeliveryFailure.sessionGone(404);
        }

        private void markSent() {
            if (!sent) {
                sent = true;
                state.releaseBytes(queued.message());
                queued.delivered().signal();
            }
        }
    }
}
