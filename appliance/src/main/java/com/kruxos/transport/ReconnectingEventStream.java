package com.kruxos.transport;

import com.kruxos.egress.CannotConnect;
import com.kruxos.egress.HttpRoundTrip;
import com.kruxos.transport.DeliveryFailure.FailureKind;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * A stream of events by GET that survives its lines: when one ends, the next asks for what came after the last event.
 * Either it brings the answer to one message, or whatever the server says by itself.
 */
final class ReconnectingEventStream implements HttpRoundTrip.ResponseListener {
    private static final long DEFAULT_RETRY_MILLIS = 1_000;
    private static final long MAX_RETRY_MILLIS = 60_000;

    /** How often in a row a stream that should bring an answer may bring nothing. */
    private static final int MAX_FRUITLESS_RECONNECTS = 7;

    private final StreamableHttpConnection connection;
    private final @Nullable PostRequest request;

    // Touched by one thread after the other.
    private @Nullable String lastId;
    private @Nullable Long retryMillis;
    private int fruitlessReconnects;
    private @Nullable ResponseBody response;
    private @Nullable SseParser parser;

    private volatile @Nullable HttpRoundTrip roundTrip;
    private volatile boolean aborted;

    /** @param post whose answer it brings; null for the server's own stream */
    ReconnectingEventStream(
            StreamableHttpConnection connection,
            @Nullable PostRequest post,
            @Nullable String lastId,
            @Nullable Long retryMillis) {
        this.connection = connection;
        this.request = post;
        this.lastId = lastId;
        this.retryMillis = retryMillis;
    }

    void open() {
        if (aborted || connection.state().isEnded() || (request != null && request.isFinished())) {
            return;
        }
        response = null;
        parser = null;
        var remote = connection.endpoint();
        var next = new HttpRoundTrip(connection.client(), remote, HttpMethod.GET, remote.url(), null, this);
        roundTrip = next;
        connection.state().start(next);
    }

    /** After the time the server asked for; longer and longer while nothing comes. */
    void scheduleReconnect() {
        var asked = retryMillis == null ? DEFAULT_RETRY_MILLIS : retryMillis;
        var wait =
                fruitlessReconnects == 0 ? asked : Math.max(asked, DEFAULT_RETRY_MILLIS) << (fruitlessReconnects - 1);
        try {
            var _ = connection.client().schedule(this::open, Duration.ofMillis(Math.clamp(wait, 10, MAX_RETRY_MILLIS)));
        } catch (CannotConnect e) {
            giveUp("the network is closed");
        }
    }

    void abort() {
        aborted = true;
        var under = roundTrip;
        if (under != null) {
            under.abort();
        }
    }

    @Override
    public void addHeaders(HttpFields.Mutable headers, boolean home) {
        headers.put(HttpHeader.ACCEPT, "text/event-stream");
        connection.addSessionHeaders(headers, home);
        var after = lastId;
        if (after != null && after.matches("[ -~]+")) {
            headers.put("Last-Event-ID", after);
        }
    }

    @Override
    public void onHead(int status, HttpFields headers) {
        var head = new ResponseBody(status, headers, connection.messageLimits());
        response = head;
        if (head.isEventStream()) {
            parser = new SseParser(connection.messageLimits(), (name, data) -> onEvent(data), this::onOversized);
        }
    }

    @Override
    public @Nullable String onBody(ByteBuffer piece) {
        var reading = parser;
        if (reading == null) {
            return response == null ? "" : response.append(piece);
        }
        if (response != null && response.violation() != null) {
            return response.violation();
        }
        if (reading.feed(piece)) {
            return null;
        }
        var why = ResponseBody.tooLongReason(connection.messageLimits().maxBytes());
        giveUp(why);
        return why;
    }

    private void onEvent(byte[] data) {
        fruitlessReconnects = 0;
        var waiting = request;
        if (waiting == null) {
            connection.dispatch(data, null);
        } else if (waiting.onResumedEvent(data)) {
            markLingering();
        }
    }

    private void onOversized(OversizedMessage excess) {
        fruitlessReconnects = 0;
        if (request == null) {
            var _ = connection.reportDropped(excess, null);
        } else if (request.onResumedOversized(excess)) {
            markLingering();
        }
    }

    private void markLingering() {
        var under = roundTrip;
        if (under != null) {
            connection.addLingering(under);
        }
    }

    @Override
    public void onComplete() {
        onStreamEnd();
    }

    @Override
    public void onFailure(DeliveryFailure failure) {
        onStreamEnd();
    }

    private void onStreamEnd() {
        var under = roundTrip;
        if (under != null) {
            connection.state().remove(under);
            connection.removeLingering(under);
        }
        var status = response == null ? 0 : response.status;
        if (parser != null) {
            lastId = parser.lastId() == null ? lastId : parser.lastId();
            retryMillis = parser.retryMillis() == null ? retryMillis : parser.retryMillis();
        }
        if (status == 404 && connection.hasSession()) {
            giveUp("it does not resume its stream (status 404)");
            new SessionProbe(connection, known -> {
                        if (!known) {
                            connection.onSessionLost(status);
                        }
                    })
                    .start();
        } else if ((status >= 400 && status < 500) || (status > 0 && status < 400 && parser == null)) {
            giveUp("it does not resume its stream (status " + status + ")");
        } else if (request != null && fruitlessReconnects >= MAX_FRUITLESS_RECONNECTS) {
            giveUp("its stream broke, and could not be resumed");
        } else {
            scheduleReconnect();
            fruitlessReconnects = Math.min(fruitlessReconnects + 1, 10);
        }
    }

    private void giveUp(String why) {
        if (request != null) {
            request.fail(new DeliveryFailure(FailureKind.LOST, why));
        }
    }
}
