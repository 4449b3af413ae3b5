package com.kruxos.transport;

import com.kruxos.rpc.Allowance;
import com.kruxos.rpc.Id;
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
 * <p>A message fails alone, by {@link Outgoing#failed}. What ends the connection is {@link #close} and a server that
 * does not know its session any more: then nothing new is taken, and what is under way may still be answered.
 */
public final class HttpConnection implements Connection {
    /** Asked when the first message was refused in a way that an old server would. */
    interface Elsewhere {
        /** True when it takes care of the message, which was claimed and not taken. */
        boolean take(int status, Outgoing message);
    }

    private static final long DELIVERY_SECONDS = 30;
    private static final long FAREWELL_MILLIS = 2_000;
    private static final Duration WANING = Duration.ofSeconds(5);

    /** Answered streams that the server has not closed yet; the oldest are cut. */
    private static final int LINGERING = 32;

    private final Network network;
    private final Remote remote;
    private final Traffic traffic;
    private final Hearing hearing;
    private final Allowance messages;
    private final Elsewhere elsewhere;
    private final Map<Id, Post> asked = new ConcurrentHashMap<>();
    private final AtomicBoolean first = new AtomicBoolean(true);
    private final AtomicBoolean listening = new AtomicBoolean();
    private final Set<Trip> lingering = new LinkedHashSet<>(); // guarded by itself
    private volatile @Nullable String session;
    private volatile @Nullable String version;

    HttpConnection(Network network, Remote remote, Receiver receiver, Allowance messages, Elsewhere elsewhere) {
        this.network = network;
        this.remote = remote;
        this.traffic = new Traffic(receiver, StdioConnection.WAITING_BYTES);
        this.hearing = new Hearing(receiver, why -> end(why, false));
        this.messages = messages;
        this.elsewhere = elsewhere;
    }

    /**
     * Nothing is sent before the first message.
     *
     * @throws CannotStart when we do not connect to such a place
     */
    public static HttpConnection start(Network network, Remote remote, Receiver receiver) {
        check(network, remote);
        return new HttpConnection(network, remote, receiver, StdioConnection.MESSAGES, (status, message) -> false);
    }

    /** Says no before anything is looked up; else the network is started, so that the first message need not wait. */
    static void check(Network network, Remote remote) {
        var objection = network.vetting().objection(remote.url());
        if (!objection.isEmpty()) {
            throw new CannotStart(objection, Vetting.HINT);
        }
        network.client();
    }

    @Override
    public Sent send(Outgoing message) {
        return post(message, null);
    }

    /** Waits until the server has taken it, half a minute at most. */
    @Override
    public Sent deliver(Outgoing message) {
        var taken = new CountDownLatch(1);
        var sent = post(message, taken);
        if (sent == Sent.ACCEPTED) {
            try {
                var _ = taken.await(DELIVERY_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return sent;
    }

    private Sent post(Outgoing message, @Nullable CountDownLatch taken) {
        var sent = traffic.enter(message);
        if (sent != Sent.ACCEPTED) {
            return sent;
        }
        if (!message.claim()) {
            traffic.taken(message);
            traffic.leave();
            return Sent.ACCEPTED;
        }
        var post = new Post(this, message, taken, first.getAndSet(false));
        var id = post.envelope().id();
        if (id != null) {
            asked.put(id, post);
        }
        post.start();
        return Sent.ACCEPTED;
    }

    @Override
    public void agreed(String agreed) {
        version = agreed;
    }

    @Override
    public boolean alive() {
        return traffic.alive();
    }

    /** Ends the session at the server too, which may take two seconds. */
    @Override
    public void close() {
        end("it was stopped", true);
        traffic.awaitEnd(2 * FAREWELL_MILLIS / 1_000);
    }

    private void end(String why, boolean mayWait) {
        traffic.end(why, () -> sayGoodbye(mayWait));
    }

    private void sayGoodbye(boolean mayWait) {
        if (session == null) {
            return;
        }
        var said = new CountDownLatch(1);
        var trip = new Trip(network, remote, HttpMethod.DELETE, remote.url(), null, new Farewell(said));
        trip.start();
        try {
            var _ = network.later(trip::abort, Duration.ofMillis(FAREWELL_MILLIS));
            if (mayWait) {
                var _ = said.await(FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The network is closed: there is no way to say it.
        }
    }

    private final class Farewell implements Trip.Traveller {
        private final CountDownLatch said;

        Farewell(CountDownLatch said) {
            this.said = said;
        }

        @Override
        public void headers(HttpFields.Mutable headers, boolean home) {
            common(headers, home);
        }

        @Override
        public void head(int status, HttpFields headers) {
            said.countDown();
        }

        @Override
        public @Nullable String body(ByteBuffer piece) {
            return "no longer wanted";
        }

        @Override
        public void complete() {
            said.countDown();
        }

        @Override
        public void broken(Failure failure) {
            said.countDown();
        }
    }

    // What follows is for Post and EventStream.

    Network network() {
        return network;
    }

    Remote remote() {
        return remote;
    }

    Traffic traffic() {
        return traffic;
    }

    Allowance messages() {
        return messages;
    }

    Elsewhere elsewhere() {
        return elsewhere;
    }

    /** Session and version; a session is nobody else's business. */
    void common(HttpFields.Mutable headers, boolean home) {
        var current = session;
        if (home && current != null) {
            headers.put("Mcp-Session-Id", current);
        }
        var spoken = version;
        if (spoken != null && spoken.compareTo("2025-06-18") >= 0) {
            headers.put("MCP-Protocol-Version", spoken);
        }
    }

    boolean inSession() {
        return session != null;
    }

    /** The server has named the session. False when it is no id. */
    boolean begun(@Nullable String id) {
        if (id != null && !id.matches("[!-~]{1,1024}")) {
            return false;
        }
        session = id;
        return true;
    }

    /** Hands over what the server said, unless all is over. True when it held the answer. */
    boolean hear(byte[] text, @Nullable Id awaited) {
        return !traffic.ended() && hearing.hear(text, awaited);
    }

    /** Says that something was not kept, unless all is over. True when it was the answer. */
    boolean dropped(Excess excess, @Nullable Id awaited) {
        return !traffic.ended() && hearing.lacks(excess, awaited);
    }

    void answered(Post post) {
        var id = post.envelope().id();
        if (id != null) {
            asked.remove(id, post);
        }
        traffic.leave();
    }

    /** The server was told that nobody waits for it. */
    void withdrawn(Id id) {
        var post = asked.get(id);
        if (post != null) {
            post.withdraw();
        }
    }

    /** Hears what the server says by itself, from now on. */
    void listen() {
        if (listening.compareAndSet(false, true)) {
            new EventStream(this, null, null, null).open();
        }
    }

    void gone(int status) {
        traffic.wane("its session is gone (status " + status + ")");
        var _ = network.later(() -> traffic.end("its session is gone", () -> {}), WANING);
    }

    void lingers(Trip trip) {
        Trip oldest = null;
        synchronized (lingering) {
            lingering.add(trip);
            if (lingering.size() > LINGERING) {
                oldest = lingering.iterator().next();
                lingering.remove(oldest);
            }
        }
        if (oldest != null) {
            oldest.abort();
        }
    }

    void lingersNoMore(Trip trip) {
        synchronized (lingering) {
            lingering.remove(trip);
        }
    }
}
