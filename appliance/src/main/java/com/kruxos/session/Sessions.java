package com.kruxos.session;

import com.kruxos.result.Ids;
import com.kruxos.rpc.MemoryQuota;
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
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(200);

    private final Map<String, Session> openSessions = new ConcurrentHashMap<>();

    /** Held from the look at the bounds until the place is taken, so that no two connections take the last one. */
    private final Object admissionLock = new Object();

    /** By agent. */
    private final Map<String, AgentByteQuota> quotas = new ConcurrentHashMap<>();

    private final DrainGate drainGate = new DrainGate();
    private final int maxPerAgent;
    private final long bytesPerAgent;
    private final int maxTotal;

    /**
     * Nobody is connected yet.
     *
     * @param bytesPerAgent how much one agent may send at a time, and have under way
     */
    public Sessions(int most, int mostPerAgent, long bytesPerAgent) {
        this.bytesPerAgent = bytesPerAgent;
        this.maxTotal = most;
        this.maxPerAgent = mostPerAgent;
    }

    /** An id for the next session, so that its beginning can be written down before it begins. */
    public static String newId() {
        return Ids.newId("ses");
    }

    /**
     * Registers a connection. {@code stillValid} is asked after the session can be found by {@link #endAgent}, so that
     * a revocation between the check of the key and this call is never missed.
     */
    public SessionOpenResult open(String id, ConnectionInfo opening, AgentConnection line, BooleanSupplier stillValid) {
        var session = new Session(id, opening, line, drainGate, agentQuota(opening.agentId()));
        synchronized (admissionLock) {
            var refused = findRefusal(opening.agentId());
            if (refused.isPresent()) {
                return refused.get();
            }
            openSessions.put(session.id(), session);
        }
        if (!stillValid.getAsBoolean()) {
            onConnectionClosed(session);
            return new SessionOpenResult.CredentialNoLongerValid();
        }
        return new SessionOpenResult.SessionOpened(session);
    }

    /** What this agent may have of the memory all share. */
    public MemoryQuota quotaOf(String agent) {
        return agentQuota(agent);
    }

    private AgentByteQuota agentQuota(String agent) {
        return quotas.computeIfAbsent(agent, any -> new AgentByteQuota(bytesPerAgent));
    }

    /** Why no session of this agent could open now; absent when one could. */
    public Optional<SessionOpenResult.SessionRefused> findRefusal(String agent) {
        if (isStopping()) {
            return Optional.of(new SessionOpenResult.ApplianceStopping());
        }
        if (ofAgent(agent).size() >= maxPerAgent) {
            return Optional.of(new SessionOpenResult.AgentSessionLimitReached(maxPerAgent));
        }
        return openSessions.size() >= maxTotal
                ? Optional.of(new SessionOpenResult.SessionLimitReached(maxTotal))
                : Optional.empty();
    }

    /** The connection is gone by itself: what it had under way is withdrawn. */
    public void onConnectionClosed(Session session) {
        openSessions.remove(session.id());
        session.end();
    }

    /** Ends every session of an agent; when it returns nothing of them leaves the box or comes back to it. */
    public int endAgent(String agent, String reason) {
        return end(ofAgent(agent), reason);
    }

    /** Ends every session opened with one key. */
    public int endKey(String key, String reason) {
        return end(select(session -> session.connectionInfo().keyId().equals(key)), reason);
    }

    public int endSession(String id, String reason) {
        return end(select(session -> session.id().equals(id)), reason);
    }

    /** Ends the sessions whose key has run out by {@code now}. */
    public int endExpired(Instant now) {
        return end(select(session -> session.isKeyExpiredAt(now)), "the key has expired");
    }

    /** From when this returns no session opens and no request begins; what is under way goes on. */
    public void stopAccepting() {
        drainGate.close();
    }

    /** Whether {@link #stopAccepting} was called. */
    public boolean isStopping() {
        return drainGate.isClosed();
    }

    /** Waits until every request under way has its answer; gives how many have none after that time. */
    public int awaitResponses(Duration atMost) {
        return drainGate.awaitDrained(atMost);
    }

    /** Ends every session: the appliance is going, and agents may come back when it has. */
    public int endAll(String reason) {
        return end(List.copyOf(openSessions.values()), line -> line.goAway(reason));
    }

    /** From now on this key counts until {@code ends} only. */
    public void setKeyExpiry(String key, Instant ends) {
        select(session -> session.connectionInfo().keyId().equals(key)).forEach(session -> session.setKeyExpiry(ends));
    }

    public List<Session> inSpace(String space) {
        return select(session -> session.connectionInfo().spaceId().equals(space));
    }

    public List<Session> all() {
        return List.copyOf(openSessions.values());
    }

    public int count() {
        return openSessions.size();
    }

    /** All sessions, oldest first. */
    public List<SessionInfo> list() {
        return openSessions.values().stream()
                .map(Session::toInfo)
                .sorted(Comparator.comparing(
                                (SessionInfo info) -> info.connectionInfo().startedAt())
                        .thenComparing(SessionInfo::id))
                .toList();
    }

    private List<Session> ofAgent(String agent) {
        return select(session -> session.connectionInfo().agentId().equals(agent));
    }

    private List<Session> select(Predicate<Session> which) {
        return openSessions.values().stream().filter(which).toList();
    }

    private int end(Collection<Session> ending, String reason) {
        return end(ending, line -> line.terminate(reason));
    }

    /** First nothing more goes out, then the sockets close, all at once; a peer that will not close is cut. */
    private int end(Collection<Session> ending, Consumer<AgentConnection> farewell) {
        ending.forEach(this::onConnectionClosed);
        ending.forEach(session -> farewell.accept(session.connection()));
        var deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
        for (var session : ending) {
            while (!session.connection().isClosed() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(200_000);
            }
            session.connection().abort();
        }
        return ending.size();
    }
}
