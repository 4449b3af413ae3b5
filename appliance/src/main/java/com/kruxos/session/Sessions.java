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

/** All open sessions, and how many there may be. Safe for any thread. */
public final class Sessions {
    /** How long a peer may take to answer the close before its connection is aborted. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(200);

    private final Map<String, Session> openSessions = new ConcurrentHashMap<>();

    /** Held from the check of the limits until the session is added, so that the last place is given once. */
    private final Object admissionLock = new Object();

    private final Map<String, AgentByteQuota> quotasByAgent = new ConcurrentHashMap<>();
    private final DrainGate drainGate = new DrainGate();
    private final int maxPerAgent;
    private final long bytesPerAgent;
    private final int maxTotal;

    /**
     * Creates an empty registry with its limits.
     *
     * @param bytesPerAgent what one agent may be sending and have in flight at a time
     */
    public Sessions(int maxTotal, int maxPerAgent, long bytesPerAgent) {
        this.bytesPerAgent = bytesPerAgent;
        this.maxTotal = maxTotal;
        this.maxPerAgent = maxPerAgent;
    }

    /** An id for the next session, so that its start can be recorded before it is opened. */
    public static String newId() {
        return Ids.newId("ses");
    }

    /**
     * Opens a session; where a limit is reached, the agent's longest unused idle session ends for it.
     *
     * @param caller one with a session id
     * @param stillValid whether the key is valid; called when {@link #endAgent} already finds the session, so that no
     *     revocation is missed between the check of the key and this call
     */
    public SessionOpenResult open(
            Caller caller, Instant startedAt, AgentConnection connection, BooleanSupplier stillValid) {
        var session = new Session(caller, startedAt, connection, drainGate, agentQuota(caller.agentId()));
        var refused = add(session);
        while (refused.filter(SessionOpenResult::isLimitReached).isPresent() && endOldestIdle(caller.agentId())) {
            refused = add(session);
        }
        if (refused.isPresent()) {
            return refused.get();
        }
        if (!stillValid.getAsBoolean()) {
            onConnectionClosed(session);
            return new SessionOpenResult.CredentialNoLongerValid();
        }
        return new SessionOpenResult.SessionOpened(session);
    }

    private Optional<SessionOpenResult.SessionRefused> add(Session session) {
        synchronized (admissionLock) {
            var refused = findRefusal(session.caller().agentId());
            if (refused.isEmpty()) {
                openSessions.put(session.id(), session);
            }
            return refused;
        }
    }

    /**
     * Why no session of this agent can be opened now; absent when one can. Where a limit is reached, the agent's
     * longest unused idle session ends first.
     */
    public Optional<SessionOpenResult.SessionRefused> checkCapacity(String agentId) {
        var refused = findRefusal(agentId);
        while (refused.filter(SessionOpenResult::isLimitReached).isPresent() && endOldestIdle(agentId)) {
            refused = findRefusal(agentId);
        }
        return refused;
    }

    private Optional<SessionOpenResult.SessionRefused> findRefusal(String agentId) {
        if (isStopping()) {
            return Optional.of(new SessionOpenResult.ApplianceStopping());
        }
        if (ofAgent(agentId).size() >= maxPerAgent) {
            return Optional.of(new SessionOpenResult.AgentSessionLimitReached(maxPerAgent));
        }
        return openSessions.size() >= maxTotal
                ? Optional.of(new SessionOpenResult.SessionLimitReached(maxTotal))
                : Optional.empty();
    }

    /** False when the agent has no idle session. */
    private boolean endOldestIdle(String agentId) {
        var oldest = ofAgent(agentId).stream()
                .filter(session -> session.connection().isIdle())
                .min(Comparator.comparingLong(session -> session.connection().lastUsedNanos()));
        oldest.ifPresent(session -> {
            onConnectionClosed(session);
            session.connection().terminate("made room for a newer session");
        });
        return oldest.isPresent();
    }

    /** Counts the memory that this agent's messages take. */
    public MemoryQuota quotaOf(String agentId) {
        return agentQuota(agentId);
    }

    private AgentByteQuota agentQuota(String agentId) {
        return quotasByAgent.computeIfAbsent(agentId, _ -> new AgentByteQuota(bytesPerAgent));
    }

    /** The connection is closed: the session ends and its requests in flight are withdrawn. */
    public void onConnectionClosed(Session session) {
        openSessions.remove(session.id());
        session.end();
    }

    /** Ends every session of an agent. When this returns, nothing of them is sent to a server or to the agent. */
    public int endAgent(String agentId, String reason) {
        return end(ofAgent(agentId), reason);
    }

    /** Ends every session opened with one key. */
    public int endKey(String keyId, String reason) {
        return end(ofKey(keyId), reason);
    }

    public int endSession(String id, String reason) {
        return end(select(session -> session.id().equals(id)), reason);
    }

    public int endExpired(Instant now) {
        return end(select(session -> session.isKeyExpiredAt(now)), "the key has expired");
    }

    /** After this returns, no session is opened and no request begins; those in flight continue. */
    public void stopAccepting() {
        drainGate.close();
    }

    public boolean isStopping() {
        return drainGate.isClosed();
    }

    /** Waits until no request is in flight; returns how many are left after the timeout. */
    public int awaitResponses(Duration timeout) {
        return drainGate.awaitDrained(timeout);
    }

    /** Ends every session because the appliance stops. */
    public int endAll(String reason) {
        return end(List.copyOf(openSessions.values()), connection -> connection.goAway(reason));
    }

    /** The sessions of this key end at {@code expiry}, at the next {@link #endExpired}. */
    public void setKeyExpiry(String keyId, Instant expiry) {
        ofKey(keyId).forEach(session -> session.setKeyExpiry(expiry));
    }

    public List<Session> inSpace(String spaceId) {
        return select(session -> session.caller().spaceId().equals(spaceId));
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
                .sorted(Comparator.comparing(SessionInfo::startedAt).thenComparing(SessionInfo::id))
                .toList();
    }

    private List<Session> ofAgent(String agentId) {
        return select(session -> session.caller().agentId().equals(agentId));
    }

    private List<Session> ofKey(String keyId) {
        return select(session -> session.caller().credential().id().equals(keyId));
    }

    private List<Session> select(Predicate<Session> filter) {
        return openSessions.values().stream().filter(filter).toList();
    }

    private int end(Collection<Session> ending, String reason) {
        return end(ending, connection -> connection.terminate(reason));
    }

    /**
     * Withdraws all requests first, then closes all connections at once; one that does not close in time is aborted.
     */
    private int end(Collection<Session> ending, Consumer<AgentConnection> close) {
        ending.forEach(this::onConnectionClosed);
        ending.forEach(session -> close.accept(session.connection()));
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
