package com.kruxos.session;

import com.kruxos.rpc.Id;
import com.kruxos.rpc.LogLevel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One connected agent: which credential opened the connection, and what it has under way. Safe for any thread. */
public final class Session {
    /** More requests under way than this on one connection are refused: no honest client comes near. */
    public static final int MOST_IN_FLIGHT = 1_024;

    /** What a request under way holds besides its text. */
    private static final int EACH = 4 << 10;

    private final String id;
    private final Opening opening;
    private final Line line;
    private final UnderWay underWay;
    private final Share share;
    private final AtomicLong calls = new AtomicLong();
    private volatile @Nullable Instant keyEnds;
    private volatile String client = "";
    private volatile Map<String, String> capabilities = Map.of();
    private final Questions questions = new Questions();
    private volatile @Nullable LogLevel logLevel;

    /** Guards {@link #flights} and {@link #ended}: a request begins before the end, or not at all. */
    private final Object lock = new Object();

    private final Map<Id, Flight> flights = new HashMap<>();
    private final List<Runnable> whenEnded = new ArrayList<>();
    private boolean ended;

    Session(String id, Opening opening, Line line, UnderWay underWay, Share share) {
        this.id = id;
        this.share = share;
        this.underWay = underWay;
        this.opening = opening;
        this.line = line;
        this.keyEnds = opening.keyEnds();
    }

    public String id() {
        return id;
    }

    public Opening opening() {
        return opening;
    }

    public Line line() {
        return line;
    }

    /** What the client calls itself; its own claim, empty until it said so. */
    public String client() {
        return client;
    }

    public void client(String name) {
        client = name;
    }

    /** What servers may ask of the client, by name, as the client wrote it. */
    public Map<String, String> capabilities() {
        return capabilities;
    }

    public void capabilities(Map<String, String> declared) {
        capabilities = Map.copyOf(declared);
    }

    /** What servers have asked this agent. */
    public Questions questions() {
        return questions;
    }

    /** The least severe messages of servers it wants to hear; all of them until it says so. */
    public LogLevel logLevel() {
        var wanted = logLevel;
        return wanted == null ? LogLevel.DEBUG : wanted;
    }

    /** The same; absent until it says so, when nothing is to be asked of servers. */
    public Optional<LogLevel> wantedLogLevel() {
        return Optional.ofNullable(logLevel);
    }

    public void logLevel(LogLevel least) {
        logLevel = least;
    }

    /** Requests since it was opened. */
    public long calls() {
        return calls.get();
    }

    /**
     * Registers a request: absent when the session has ended, the id is taken, too many are under way or too long ones,
     * or none may begin any more.
     *
     * @param bytes how long it is
     */
    public Optional<Flight> begin(Id request, int bytes, Back back) {
        synchronized (lock) {
            if (ended || flights.size() >= MOST_IN_FLIGHT || flights.containsKey(request) || !underWay.enter()) {
                return Optional.empty();
            }
            if (!share.take(bytes + EACH)) {
                underWay.leave();
                return Optional.empty();
            }
            var flight = new Flight(this, request, bytes, back);
            flights.put(request, flight);
            calls.incrementAndGet();
            return Optional.of(flight);
        }
    }

    /** The request under way with this id. */
    public Optional<Flight> flight(Id request) {
        synchronized (lock) {
            return Optional.ofNullable(flights.get(request));
        }
    }

    public boolean ended() {
        synchronized (lock) {
            return ended;
        }
    }

    /** How many bytes of this agent, in all its sessions, may come in and be under way at a time. */
    public long mostBytes() {
        return share.most();
    }

    /** Whether no request may begin any more, on this session or another: the appliance is stopping. */
    public boolean stopping() {
        return underWay.closed();
    }

    SessionInfo info() {
        synchronized (lock) {
            return new SessionInfo(id, opening, client, calls.get(), flights.size());
        }
    }

    boolean keyEndedBy(Instant now) {
        var ends = keyEnds;
        return ends != null && !now.isBefore(ends);
    }

    void keyEnds(Instant when) {
        keyEnds = when;
    }

    void landed(Flight flight) {
        synchronized (lock) {
            flights.remove(flight.id(), flight);
        }
    }

    void left(int bytes) {
        share.give(bytes + EACH);
        underWay.leave();
    }

    /** What to do when the session is over; at once if it already is. */
    public void whenEnded(Runnable action) {
        synchronized (lock) {
            if (!ended) {
                whenEnded.add(action);
                return;
            }
        }
        action.run();
    }

    /** Nothing begins any more and everything under way is withdrawn when this returns. */
    void end() {
        List<Flight> underWay;
        List<Runnable> last;
        synchronized (lock) {
            ended = true;
            underWay = List.copyOf(flights.values());
            last = List.copyOf(whenEnded);
            whenEnded.clear();
        }
        underWay.forEach(flight -> flight.withdraw(null));
        last.forEach(Runnable::run);
    }
}
