package com.kruxos.transport;

import com.kruxos.egress.CannotConnect;
import com.kruxos.egress.ExchangeFailure;
import com.kruxos.egress.HttpRoundTrip;
import com.kruxos.result.Backoff;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * An event stream by GET that reconnects: when it breaks, the next request asks for the events after the last one, with
 * {@code Last-Event-ID}. It carries either the response to one request, or the server's own messages.
 */
final class ReconnectingEventStream implements HttpRoundTrip.ResponseListener {
    /** Uses what the stream brings. */
    interface StreamConsumer {
        /** Whether a stream without events is given up after some reconnects. */
        boolean expectsResponse();

        /** Whether the response has arrived, or is not needed any more. */
        boolean isFinished();

        /** True when this was the response. */
        boolean onEvent(byte[] data);

        /** True when this was the response. */
        boolean onOversized(OversizedMessage message);

        /** The stream has ended and cannot be resumed. */
        void onLost(String reason);
    }

    private static final Duration DEFAULT_RETRY = Duration.ofSeconds(1);
    private static final Duration MIN_RETRY = Duration.ofMillis(10);
    private static final Duration MAX_RETRY = Duration.ofSeconds(60);
    private static final int MAX_FRUITLESS_RECONNECTS = 7;

    private final UpstreamHttpSession session;
    private final StreamConsumer consumer;

    // Touched by one thread at a time.
    private @Nullable String lastId;
    private @Nullable Long retryMillis;
    private int fruitlessReconnects;
    private @Nullable ResponseBody response;
    private @Nullable SseParser parser;

    private volatile @Nullable HttpRoundTrip roundTrip;
    private volatile boolean aborted;

    ReconnectingEventStream(UpstreamHttpSession session, StreamConsumer consumer) {
        this.session = session;
        this.consumer = consumer;
    }

    /** Continues a broken stream after its last event. */
    void resume(SseParser broken) {
        lastId = broken.lastId();
        retryMillis = broken.retryMillis();
        scheduleReconnect();
    }

    void open() {
        if (aborted || session.state().isEnded() || consumer.isFinished()) {
            return;
        }
        response = null;
        parser = null;
        var next = session.newRoundTrip(HttpMethod.GET, null, this);
        roundTrip = next;
        session.state().start(next);
    }

    /** Waits as long as the server asked for, and longer after each reconnect without an event. */
    private void scheduleReconnect() {
        var retry = retryMillis == null ? DEFAULT_RETRY : Duration.ofMillis(retryMillis);
        var backoff = new Backoff(retry.compareTo(DEFAULT_RETRY) < 0 ? DEFAULT_RETRY : retry, MAX_RETRY);
        var wait = fruitlessReconnects == 0 ? retry : backoff.after(fruitlessReconnects);
        try {
            session.schedule(
                    this::open,
                    Duration.ofMillis(Math.clamp(wait.toMillis(), MIN_RETRY.toMillis(), MAX_RETRY.toMillis())));
        } catch (CannotConnect e) {
            consumer.onLost("the network client is closed");
        }
    }

    void abort() {
        aborted = true;
        var current = roundTrip;
        if (current != null) {
            current.abort();
        }
    }

    @Override
    public void addHeaders(HttpFields.Mutable headers, boolean sameOrigin) {
        headers.put(HttpHeader.ACCEPT, "text/event-stream");
        session.addHeaders(headers, sameOrigin);
        var after = lastId;
        if (after != null && after.matches("[ -~]+")) {
            headers.put("Last-Event-ID", after);
        }
    }

    @Override
    public void onHead(int status, HttpFields headers) {
        var head = new ResponseBody(status, headers, session.messageLimits());
        response = head;
        if (head.isEventStream()) {
            parser = new SseParser(session.messageLimits(), (name, data) -> onEvent(data), this::onOversized);
        }
    }

    @Override
    public @Nullable String onBody(ByteBuffer chunk) {
        var events = parser;
        if (events == null) {
            return response == null ? "" : response.append(chunk);
        }
        if (response != null && response.violation() != null) {
            return response.violation();
        }
        if (events.feed(chunk)) {
            return null;
        }
        var reason = ResponseBody.tooLongReason(session.messageLimits().maxBytes());
        consumer.onLost(reason);
        return reason;
    }

    private void onEvent(byte[] data) {
        fruitlessReconnects = 0;
        if (consumer.onEvent(data)) {
            markLingering();
        }
    }

    private void onOversized(OversizedMessage message) {
        fruitlessReconnects = 0;
        if (consumer.onOversized(message)) {
            markLingering();
        }
    }

    private void markLingering() {
        var current = roundTrip;
        if (current != null) {
            session.addLingering(current);
        }
    }

    @Override
    public void onComplete() {
        onStreamEnd();
    }

    @Override
    public void onFailure(ExchangeFailure failure) {
        onStreamEnd();
    }

    private void onStreamEnd() {
        var current = roundTrip;
        if (current != null) {
            session.finished(current);
        }
        if (parser != null) {
            lastId = parser.lastId() == null ? lastId : parser.lastId();
            retryMillis = parser.retryMillis() == null ? retryMillis : parser.retryMillis();
        }
        var status = response == null ? 0 : response.status;
        if (isRefusal(status)) {
            consumer.onLost("the server does not resume the stream (status " + status + ")");
            if (status == 404 && session.hasId()) {
                endSessionIfUnknown(status);
            }
        } else if (consumer.expectsResponse() && fruitlessReconnects >= MAX_FRUITLESS_RECONNECTS) {
            consumer.onLost("the stream broke and could not be resumed");
        } else {
            scheduleReconnect();
            fruitlessReconnects = Math.min(fruitlessReconnects + 1, 10);
        }
    }

    /** Whether a response says that there is no such stream; server errors and broken connections are retried. */
    private boolean isRefusal(int status) {
        return (status >= 400 && status < 500) || (status > 0 && status < 400 && parser == null);
    }

    private void endSessionIfUnknown(int status) {
        new SessionProbe(session, known -> {
                    if (!known) {
                        session.onLost(status);
                    }
                })
                .start();
    }
}
