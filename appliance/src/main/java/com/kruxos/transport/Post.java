package com.kruxos.transport;

import com.kruxos.transport.Failure.Kind;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way, and its answer.
 *
 * <pre>
 *   sent ──JSON──► answered
 *     │ ──events──► answered, or the stream breaks ──ids──► resumed by GET ──► answered or LOST
 *     │                                           └──none──► LOST
 *     └──a refusing status──► failed, in the way the status says
 * </pre>
 */
final class Post implements Trip.Traveller {
    private final HttpConnection connection;
    private final Outgoing message;
    private final Envelope envelope;
    private final @Nullable CountDownLatch taken;
    private final boolean first;
    private final Trip trip;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean waiting = new AtomicBoolean(true);

    // Touched by the trip's thread only.
    private boolean inSession;
    private @Nullable Answer answer;
    private @Nullable SseParser events;
    private boolean tooLong;
    private String withoutAnswer = "its stream ended without the answer";

    private volatile @Nullable EventStream resumed;

    Post(HttpConnection connection, Outgoing message, @Nullable CountDownLatch taken, boolean first) {
        this.connection = connection;
        this.message = message;
        this.envelope = message.envelope();
        this.taken = taken;
        this.first = first;
        var remote = connection.remote();
        this.trip = new Trip(connection.network(), remote, HttpMethod.POST, remote.url(), message.bytes(), this);
    }

    Envelope envelope() {
        return envelope;
    }

    void start() {
        connection.traffic().begin(trip);
    }

    @Override
    public void headers(HttpFields.Mutable headers, boolean home) {
        headers.put(HttpHeader.ACCEPT, "application/json, text/event-stream");
        inSession = connection.inSession();
        connection.common(headers, home);
    }

    @Override
    public void head(int status, HttpFields headers) {
        var head = new Answer(status, headers, connection.messages());
        answer = head;
        noLongerWaits();
        if (head.success()
                && envelope.method().equals("initialize")
                && !connection.begun(headers.get("Mcp-Session-Id"))) {
            fail(new Failure(Kind.LOST, "the id it gave the session is none"));
        }
        if (head.events()) {
            events = new SseParser(connection.messages(), (name, data) -> hear(data), this::dropped);
        }
    }

    @Override
    public @Nullable String body(ByteBuffer piece) {
        var head = answer;
        if (head == null || head.objection() != null) {
            return head == null ? "" : head.objection();
        }
        if (events == null) {
            return head.add(piece);
        }
        tooLong = !events.feed(piece);
        return tooLong ? Answer.tooLong(connection.messages().longest()) : null;
    }

    private void hear(byte[] text) {
        if (connection.hear(text, envelope.id()) && over()) {
            connection.lingers(trip);
        }
    }

    private void dropped(Excess excess) {
        if (lacks(excess)) {
            connection.lingers(trip);
        }
    }

    @Override
    public void complete() {
        connection.traffic().over(trip);
        connection.lingersNoMore(trip);
        var head = answer;
        if (head == null || head.objection() != null) {
            fail(new Failure(Kind.LOST, head == null ? "it did not answer" : String.valueOf(head.objection())));
        } else if (!head.success()) {
            refused(head);
        } else if (events != null) {
            streamEnded(events, new Failure(Kind.LOST, withoutAnswer));
        } else {
            succeeded(head);
        }
    }

    private void succeeded(Answer head) {
        var heard = head.json() && connection.hear(head.text(), envelope.id());
        if (heard || envelope.id() == null || head.status == 202 || head.status == 204) {
            over();
        } else {
            fail(new Failure(Kind.LOST, "what it answered (status " + head.status + ") is no answer to this request"));
        }
        if (envelope.method().equals("notifications/initialized")) {
            connection.listen();
        }
        if (envelope.cancels() != null) {
            connection.withdrawn(envelope.cancels());
        }
    }

    private void refused(Answer head) {
        var body = head.form == Answer.Form.JSON ? head.text() : new byte[0];
        var id = envelope.id();
        if (head.unauthorized()) {
            fail(new Failure(Kind.UNAUTHORIZED, "it refuses the credential (status " + head.status + ")"));
        } else if (inSession && head.status == 400 && Rejection.unread(body) == Rejection.Unread.MESSAGE) {
            fail(new Failure(Kind.NOT_TAKEN, "it cannot read this request (status 400)"));
        } else if (inSession
                && (head.status == 404 || (head.status == 400 && Rejection.unread(body) == Rejection.Unread.SESSION))) {
            noSession(head.status);
        } else if (id != null && Hearing.answers(body, id)) {
            connection.hear(body, id);
            over();
        } else if (first && (head.status == 400 || head.status == 404 || head.status == 405)) {
            if (connection.elsewhere().take(head.status, message)) {
                over();
            } else {
                fail(new Failure(Kind.NOT_TAKEN, Rejection.of(head.status).why()));
            }
        } else {
            fail(Rejection.of(head.status));
        }
    }

    /**
     * It says that it does not know the session. When it still does, or has said so to this message before, it was not
     * for want of one: the session stays for all others.
     */
    private void noSession(int status) {
        if (message.again()) {
            fail(Failure.notForWantOfASession(status));
            return;
        }
        new Probe(connection, known -> {
                    if (known) {
                        fail(Failure.notForWantOfASession(status));
                    } else {
                        connection.gone(status);
                        fail(new Failure(
                                Kind.SESSION_GONE, "it does not know the session any more (status " + status + ")"));
                    }
                })
                .start();
    }

    @Override
    public void broken(Failure failure) {
        connection.traffic().over(trip);
        connection.lingersNoMore(trip);
        noLongerWaits();
        if (events != null && failure.inDoubt() && !tooLong) {
            streamEnded(events, failure);
        } else {
            fail(failure);
        }
    }

    /** Goes on by a GET where the server gave ids; the message is never sent again. */
    private void streamEnded(SseParser ended, Failure otherwise) {
        var lastId = ended.lastId();
        if (envelope.id() == null) {
            over();
        } else if (!over.get() && lastId != null && connection.traffic().alive()) {
            var stream = new EventStream(connection, this, lastId, ended.retryMillis());
            resumed = stream;
            stream.openLater();
        } else {
            fail(otherwise);
        }
    }

    /** What the resumed stream brings. True when it was the answer. */
    boolean heard(byte[] data) {
        return connection.hear(data, envelope.id()) && over();
    }

    /** What was dropped of a stream. True when it was the answer. */
    boolean lacks(Excess excess) {
        withoutAnswer = excess.why();
        return connection.dropped(excess, envelope.id()) && over();
    }

    boolean isOver() {
        return over.get();
    }

    /** Nobody waits for the answer, and the server knows. */
    void withdraw() {
        fail(new Failure(Kind.LOST, "it was cancelled"));
        trip.abort();
        var stream = resumed;
        if (stream != null) {
            stream.abort();
        }
    }

    void fail(Failure failure) {
        if (over.compareAndSet(false, true)) {
            noLongerWaits();
            if (!connection.traffic().ended()) {
                message.failed(failure);
            }
            connection.answered(this);
        }
    }

    private boolean over() {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        noLongerWaits();
        connection.answered(this);
        return true;
    }

    private void noLongerWaits() {
        if (waiting.compareAndSet(true, false)) {
            connection.traffic().taken(message);
            if (taken != null) {
                taken.countDown();
            }
        }
    }
}
