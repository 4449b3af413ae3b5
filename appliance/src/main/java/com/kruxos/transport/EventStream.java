package com.kruxos.transport;

import com.kruxos.transport.Failure.Kind;
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
final class EventStream implements Trip.Traveller {
    private static final long FIRST_MILLIS = 1_000;
    private static final long MOST_MILLIS = 60_000;

    /** How often in a row a stream that should bring an answer may bring nothing. */
    private static final int FRUITLESS = 7;

    private final HttpConnection connection;
    private final @Nullable Post post;

    // Touched by one thread after the other.
    private @Nullable String lastId;
    private @Nullable Long retryMillis;
    private int fruitless;
    private @Nullable Answer answer;
    private @Nullable SseParser events;

    private volatile @Nullable Trip trip;
    private volatile boolean aborted;

    /** @param post whose answer it brings; null for the server's own stream */
    EventStream(HttpConnection connection, @Nullable Post post, @Nullable String lastId, @Nullable Long retryMillis) {
        this.connection = connection;
        this.post = post;
        this.lastId = lastId;
        this.retryMillis = retryMillis;
    }

    void open() {
        if (aborted || connection.traffic().ended() || (post != null && post.isOver())) {
            return;
        }
        answer = null;
        events = null;
        var remote = connection.remote();
        var next = new Trip(connection.network(), remote, HttpMethod.GET, remote.url(), null, this);
        trip = next;
        connection.traffic().begin(next);
    }

    /** After the time the server asked for; longer and longer while nothing comes. */
    void openLater() {
        var asked = retryMillis == null ? FIRST_MILLIS : retryMillis;
        var wait = fruitless == 0 ? asked : Math.max(asked, FIRST_MILLIS) << (fruitless - 1);
        try {
            var _ = connection.network().later(this::open, Duration.ofMillis(Math.clamp(wait, 10, MOST_MILLIS)));
        } catch (CannotStart e) {
            giveUp("the network is closed");
        }
    }

    void abort() {
        aborted = true;
        var under = trip;
        if (under != null) {
            under.abort();
        }
    }

    @Override
    public void headers(HttpFields.Mutable headers, boolean home) {
        headers.put(HttpHeader.ACCEPT, "text/event-stream");
        connection.common(headers, home);
        var after = lastId;
        if (after != null && after.matches("[ -~]+")) {
            headers.put("Last-Event-ID", after);
        }
    }

    @Override
    public void head(int status, HttpFields headers) {
        var head = new Answer(status, headers, connection.messages());
        answer = head;
        if (head.events()) {
            events = new SseParser(connection.messages(), (name, data) -> hear(data), this::dropped);
        }
    }

    @Override
    public @Nullable String body(ByteBuffer piece) {
        var reading = events;
        if (reading == null) {
            return answer == null ? "" : answer.add(piece);
        }
        if (answer != null && answer.objection() != null) {
            return answer.objection();
        }
        if (reading.feed(piece)) {
            return null;
        }
        var why = Answer.tooLong(connection.messages().longest());
        giveUp(why);
        return why;
    }

    private void hear(byte[] data) {
        fruitless = 0;
        var waiting = post;
        if (waiting == null) {
            connection.hear(data, null);
        } else if (waiting.heard(data)) {
            lingers();
        }
    }

    private void dropped(Excess excess) {
        fruitless = 0;
        if (post == null) {
            var _ = connection.dropped(excess, null);
        } else if (post.lacks(excess)) {
            lingers();
        }
    }

    private void lingers() {
        var under = trip;
        if (under != null) {
            connection.lingers(under);
        }
    }

    @Override
    public void complete() {
        next();
    }

    @Override
    public void broken(Failure failure) {
        next();
    }

    private void next() {
        var under = trip;
        if (under != null) {
            connection.traffic().over(under);
            connection.lingersNoMore(under);
        }
        var status = answer == null ? 0 : answer.status;
        if (events != null) {
            lastId = events.lastId() == null ? lastId : events.lastId();
            retryMillis = events.retryMillis() == null ? retryMillis : events.retryMillis();
        }
        if (status == 404 && connection.inSession()) {
            giveUp("it does not resume its stream (status 404)");
            new Probe(connection, known -> {
                        if (!known) {
                            connection.gone(status);
                        }
                    })
                    .start();
        } else if ((status >= 400 && status < 500) || (status > 0 && status < 400 && events == null)) {
            giveUp("it does not resume its stream (status " + status + ")");
        } else if (post != null && fruitless >= FRUITLESS) {
            giveUp("its stream broke, and could not be resumed");
        } else {
            openLater();
            fruitless = Math.min(fruitless + 1, 10);
        }
    }

    private void giveUp(String why) {
        if (post != null) {
            post.fail(new Failure(Kind.LOST, why));
        }
    }
}
