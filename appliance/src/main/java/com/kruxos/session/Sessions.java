package com.kruxos.session;

import com.kruxos.identity.Ids;
import com.kruxos.rpc.Quota;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Everyone who is connected now. Safe for any thread. */
public final class Sessions {
    /** How long a peer may take to answer the close before it is cut off. */
    private static final Duration PATIENCE = Duration.ofMillis(200);

    private final Map<String, Session> open = new ConcurrentHashMap<>();

    /** Held from the look at the bounds until the place is taken, so that no two connections take the last one. */
    private final Object places = new Object();

    /** By agent. */
    private final Map<String, Share> shares = new ConcurrentHashMap<>();

    private final UnderWay underWay = new UnderWay();
    private final int mostPerAgent;
    private final long bytesPerAgent;
    private final int most;

    /**
     * Nobody is connected yet.
     *
     * @param bytesPerAgent how much one agent may send at a time, and have under way
     */
    public Sessions(int most, int mostPerAgent, long bytesPerAgent) {
        this.bytesPerAgent = bytesPerAgent;
        this.most = most;
        this.mostPerAgent = mostPerAgent;
    }

    /** An id for the next session, so that its beginning can be written down before it begins. */
    public static String freshId() {
        return Ids.fresh("ses");
    }

    /**
     * Registers a connection. {@code stillValid} is asked after the session can be found by {@link #endAgent}, so that
     * a revocation between the check of the key and this call is never missed.
     */
    public Admission open(String id, Opening opening, Line line, BooleanSupplier stillValid) {
        var session = new Session(id, opening, line, underWay, share(opening.agent()));
        synchronized (places) {
            var refused = refusal(opening.agent());
            if (refused.isPresent()) {
                return refused.get();
            }
            open.put(session.id(), session);
        }
        if (!stillValid.getAsBoolean()) {
            closed(session);
            return new Admission.KeyEnded();
        }
        return new Admission.Admitted(session);
    }

    /** What this agent may have of the memory all share. */
    public Quota quota(String agent) {
        return share(agent);
    }

    private Share share(String agent) {
        return shares.computeIfAbsent(agent, any -> new Share(bytesPerAgent));
    }

    /** Why no session of this agent could open now; absent when one could. */
    public Optional<Admission.Refused> refusal(String agent) {
        if (stopping()) {
            return Optional.of(new Admission.Stopping());
        }
        if (ofAgent(agent).size() >= mostPerAgent) {
            return Optional.of(new Admission.AgentFull(mostPerAgent));
        }
        return open.size() >= most ? Optional.of(new Admission.Full(most)) : Optional.empty();
    }

    /** The connection is gone by itself: what it had under way is withdrawn. */
    public void closed(Session session) {
        open.remove(session.id());
        session.end();
    }

    /** Ends every session of an agent; when it returns nothing of them leaves the box or comes back to it. */
    public int endAgent(String agent, String reason) {
        return end(ofAgent(agent), reason);
    }

    /** Ends every session opened with one key. */
    public int endKey(String key, String reason) {
        return end(select(session -> session.opening().key().equals(key)), reason);
    }

    public int endSession(String id, String reason) {
        return end(select(session -> session.id().equals(id)), reason);
    }

    /** Ends the sessions whose key has run out by {@code now}. */
    public int endExpired(Instant now) {
        return end(select(session -> session.keyEndedBy(now)), "the key has expired");
    }

    /** From when this returns no session opens and no request begins; what is under way goes on. */
    public void stop() {
        underWay.close();
    }

    /** Whether {@link #stop} was called. */
    public boolean stopping() {
        return underWay.closed();
    }

    /** Waits until every request under way has its answer; gives how many have none after that time. */
    public int awaitAnswers(Duration atMost) {
        return underWay.await(atMost);
    }

    /** Ends every session: the appliance is going, and agents may come back when it has. */
    public int endAll(String reason) {
        return end(List.copyOf(open.values()), line -> line.leave(reason));
    }

    /** From now on this key counts until {@code ends} only. */
    public void keyEnds(String key, Instant ends) {
        select(session -> session.opening().key().equals(key)).forEach(session -> session.keyEnds(ends));
    }

    public List<Session> inSpace(String space) {
        return select(session -> session.opening().space().equals(space));
    }

    public List<Session> all() {
        return List.copyOf(open.values());
    }

    public int count() {
        return open.size();
    }

    /** All sessions, oldest first. */
    public List<SessionInfo> list() {
        return open.values().stream()
                .map(Session::info)
                .sorted(Comparator.comparing(
                                (SessionInfo info) -> info.opening().started())
                        .thenComparing(SessionInfo::id))
                .toList();
    }

    private List<Session> ofAgent(String agent) {
        return select(session -> session.opening().agent().equals(agent));
    }

    private List<Session> select(Predicate<Session> which) {
        return open.values().stream().filter(which).toList();
    }

    private int end(Collection<Session> ending, String reason) {
        return end(ending, line -> line.hangUp(reason));
    }

    /** First nothing more goes out, then the sockets close, all at once; a peer that will not close is cut. */
    private int end(Collection<Session> ending, Consumer<Line> farewell) {
        ending.forEach(this::closed);
        ending.forEach(session -> farewell.accept(session.line()));
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        for (var session : ending) {
            while (!session.line().gone() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(200_000);
            }
            session.line().cut();
        }
        return ending.size();
    }
}
