package com.kruxos.transport;

import com.kruxos.rpc.Allowance;
import com.kruxos.transport.Failure.Kind;
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
public final class SseConnection implements Connection {
    /** Told how the beginning went. */
    interface Opened {
        void found();

        /** Returns true when the receiver need not be told. */
        boolean failed(String why);
    }

    private static final Duration FIRST_EVENT = Duration.ofSeconds(10);
    private static final long DELIVERY_SECONDS = 30;

    private final Network network;
    private final Remote remote;
    private final Traffic traffic;
    private final Hearing hearing;
    private final Allowance messages;
    private final Opened opened;
    private final Trip stream;

    // Guarded by this.
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private boolean found;

    private volatile @Nullable URI endpoint;

    /** A message, and who wants to know that the server has it. */
    private record Waiting(Outgoing message, @Nullable CountDownLatch taken, boolean claimed) {}

    SseConnection(Network network, Remote remote, Receiver receiver, Allowance messages, Opened opened) {
        this.network = network;
        this.remote = remote;
        this.traffic = new Traffic(receiver, StdioConnection.WAITING_BYTES);
        this.hearing = new Hearing(receiver, this::end);
        this.messages = messages;
        this.opened = opened;
        this.stream = new Trip(network, remote, HttpMethod.GET, remote.url(), null, new Stream());
    }

    /**
     * Opens the stream; messages wait until the server has said where to post them.
     *
     * @throws CannotStart when we do not connect to such a place
     */
    public static SseConnection start(Network network, Remote remote, Receiver receiver) {
        HttpConnection.check(network, remote);
        var connection = new SseConnection(network, remote, receiver, StdioConnection.MESSAGES, new Opened() {
            @Override
            public void found() {}

            @Override
            public boolean failed(String why) {
                return false;
            }
        });
        connection.open();
        return connection;
    }

    void open() {
        traffic.begin(stream);
        var _ = network.later(
                () -> {
                    if (endpoint == null) {
                        stream.abort();
                    }
                },
                FIRST_EVENT);
    }

    @Override
    public Sent send(Outgoing message) {
        return take(new Waiting(message, null, false));
    }

    @Override
    public Sent deliver(Outgoing message) {
        var taken = new CountDownLatch(1);
        var sent = take(new Waiting(message, taken, false));
        if (sent == Sent.ACCEPTED) {
            try {
                var _ = taken.await(DELIVERY_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return sent;
    }

    /** Sends what was claimed already. */
    Sent sendClaimed(Outgoing message) {
        return take(new Waiting(message, null, true));
    }

    private Sent take(Waiting next) {
        var sent = traffic.enter(next.message());
        if (sent != Sent.ACCEPTED) {
            return sent;
        }
        synchronized (this) {
            if (!found) {
                waiting.add(next);
                return Sent.ACCEPTED;
            }
        }
        post(next);
        return Sent.ACCEPTED;
    }

    private void post(Waiting next) {
        var to = endpoint;
        if (to == null || !(next.claimed() || next.message().claim())) {
            traffic.taken(next.message());
            traffic.leave();
            return;
        }
        var delivery = new Delivery(next);
        delivery.trip =
                new Trip(network, remote, HttpMethod.POST, to, next.message().bytes(), delivery);
        traffic.begin(delivery.trip);
    }

    @Override
    public boolean alive() {
        return traffic.alive();
    }

    @Override
    public void close() {
        end("it was stopped");
        traffic.awaitEnd(2);
    }

    private void end(String why) {
        traffic.end(why, () -> {});
        synchronized (this) {
            waiting.clear();
        }
    }

    private void named(byte[] where) {
        var url = endpointOf(where);
        if (endpoint != null) {
            return; // the first one counts
        }
        if (url == null) {
            over("it wants messages posted to another server, or nowhere");
            return;
        }
        endpoint = url;
        opened.found();
        while (true) {
            Waiting next;
            synchronized (this) {
                next = waiting.poll();
                if (next == null) {
                    found = true;
                    return;
                }
            }
            post(next);
        }
    }

    private @Nullable URI endpointOf(byte[] where) {
        try {
            var url = remote.url()
                    .resolve(URI.create(Grumble.text(where, where.length, 4_096).strip()));
            var good = url.getHost() != null && url.getRawUserInfo() == null && Redirect.sameOrigin(remote.url(), url);
            return good ? url : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private void over(String why) {
        if (endpoint != null || !opened.failed(why)) {
            end(why);
        }
        stream.abort();
    }

    private final class Stream implements Trip.Traveller {
        private @Nullable Answer answer;
        private @Nullable SseParser events;

        @Override
        public void headers(HttpFields.Mutable headers, boolean home) {
            headers.put(HttpHeader.ACCEPT, "text/event-stream");
        }

        @Override
        public void head(int status, HttpFields headers) {
            var head = new Answer(status, headers, messages);
            answer = head;
            if (head.events()) {
                events = new SseParser(messages, this::event, this::dropped);
            }
        }

        private void event(String name, byte[] data) {
            if (name.equals("endpoint")) {
                named(data);
            } else if (!traffic.ended()) {
                var _ = hearing.hear(data, null);
            }
        }

        private void dropped(Excess excess) {
            if (!traffic.ended()) {
                var _ = hearing.lacks(excess, null);
            }
        }

        @Override
        public @Nullable String body(ByteBuffer piece) {
            var head = answer;
            if (head == null || events == null || head.objection() != null) {
                return head == null || head.objection() == null ? "no events" : head.objection();
            }
            return events.feed(piece) ? null : Answer.tooLong(messages.longest());
        }

        @Override
        public void complete() {
            ended("its stream ended");
        }

        @Override
        public void broken(Failure failure) {
            ended(failure.why());
        }

        private void ended(String why) {
            traffic.over(stream);
            var head = answer;
            if (head != null && !head.success()) {
                over(
                        head.unauthorized()
                                ? "it refuses the credential (status " + head.status + ")"
                                : Rejection.of(head.status).why());
            } else {
                over(head != null && events == null ? "it answered without a stream of events" : why);
            }
        }
    }

    /** One message on its way. What is answered to it comes on the stream. */
    private final class Delivery implements Trip.Traveller {
        private final Waiting next;
        private @Nullable Trip trip;
        private @Nullable Answer answer;
        private boolean counted;

        Delivery(Waiting next) {
            this.next = next;
        }

        @Override
        public void headers(HttpFields.Mutable headers, boolean home) {
            headers.put(HttpHeader.ACCEPT, "application/json, text/event-stream");
        }

        @Override
        public void head(int status, HttpFields headers) {
            answer = new Answer(status, headers, messages);
            if (answer.success()) {
                arrived();
            }
        }

        /** Its text means nothing. */
        @Override
        public @Nullable String body(ByteBuffer piece) {
            return answer == null ? "" : answer.add(piece);
        }

        @Override
        public void complete() {
            finish(new Failure(Kind.LOST, "it did not answer"));
        }

        @Override
        public void broken(Failure failure) {
            finish(failure);
        }

        private void finish(Failure otherwise) {
            if (trip != null) {
                traffic.over(trip);
            }
            var head = answer;
            var failure = head == null ? otherwise : head.success() ? null : refused(head);
            arrived();
            if (failure != null && !traffic.ended()) {
                next.message().failed(failure);
            }
            traffic.leave();
        }

        private Failure refused(Answer head) {
            if (head.unauthorized()) {
                return new Failure(Kind.UNAUTHORIZED, "it refuses the credential (status " + head.status + ")");
            }
            if (head.status == 404 && next.message().again()) {
                return Failure.notForWantOfASession(404);
            }
            if (head.status == 404) {
                traffic.wane("its session is gone (status 404)");
                return new Failure(Kind.SESSION_GONE, "it does not know the session any more (status 404)");
            }
            return Rejection.of(head.status);
        }

        private void arrived() {
            if (!counted) {
                counted = true;
                traffic.taken(next.message());
                if (next.taken() != null) {
                    next.taken().countDown();
                }
            }
        }
    }
}
