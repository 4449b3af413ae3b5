package com.kruxos.session;

import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.LogLevel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One session of an agent and its requests in flight. Safe for any thread. */
public final class Session {
    /** Further requests are refused. Far more than a client needs. */
    public static final int MAX_IN_FLIGHT = 1_024;

    /** What a request in flight needs besides its text. */
    private static final int REQUEST_OVERHEAD_BYTES = 4 << 10;

    private final String id;
    private final Instant startedAt;
    private final AgentConnection connection;
    private final DrainGate drainGate;
    private final AgentByteQuota byteQuota;
    private final AtomicLong requestCount = new AtomicLong();
    private volatile @Nullable Instant keyExpiresAt;
    private volatile Caller caller;
    private final PendingServerRequests pendingServerRequests = new PendingServerRequests();
    private volatile @Nullable LogLevel logLevel;

    /** Guards {@link #inFlight} and {@link #ended}, so that no request begins after the end. */
    private final Object lock = new Object();

    private final Map<JsonRpcId, InFlightRequest> inFlight = new HashMap<>();
    private final List<Runnable> endActions = new ArrayList<>();
    private boolean ended;

    Session(
            Caller caller,
            Instant startedAt,
            AgentConnection connection,
            DrainGate drainGate,
            AgentByteQuota byteQuota) {
        this.id = Objects.requireNonNull(caller.sessionId());
        this.startedAt = startedAt;
        this.byteQuota = byteQuota;
        this.drainGate = drainGate;
        this.caller = caller;
        this.connection = connection;
        this.keyExpiresAt = caller.credential().expiresAt();
    }

    public String id() {
        return id;
    }

    /** The agent, with what its client has declared so far. */
    public Caller caller() {
        return caller;
    }

    public void initialize(ClientInfo declared) {
        caller = caller.withClient(declared);
    }

    public AgentConnection connection() {
        return connection;
    }

    public PendingServerRequests pendingServerRequests() {
        return pendingServerRequests;
    }

    /** The least severe log messages the agent wants; all of them until it says so. */
    public LogLevel logLevel() {
        var requested = logLevel;
        return requested == null ? LogLevel.DEBUG : requested;
    }

    /** Absent until the agent says so; then no level is requested of servers. */
    public Optional<LogLevel> requestedLogLevel() {
        return Optional.ofNullable(logLevel);
    }

    public void setLogLevel(LogLevel least) {
        logLevel = least;
    }

    /** Requests since the session was opened. */
    public long requestCount() {
        return requestCount.get();
    }

    /**
     * Registers a request.
     *
     * @param bytes its length
     * @return absent when the session has ended, the appliance stops, the id is in use, or there are too many requests
     *     in flight or too many bytes of them
     */
    public Optional<InFlightRequest> beginRequest(JsonRpcId requestId, int bytes, Responder responder) {
        synchronized (lock) {
            if (ended || inFlight.size() >= MAX_IN_FLIGHT || inFlight.containsKey(requestId) || !drainGate.enter()) {
                return Optional.empty();
            }
            if (!byteQuota.tryAcquire(bytes + REQUEST_OVERHEAD_BYTES)) {
                drainGate.leave();
                return Optional.empty();
            }
            var request = new InFlightRequest(this, requestId, bytes, responder);
            inFlight.put(requestId, request);
            requestCount.incrementAndGet();
            return Optional.of(request);
        }
    }

    public Optional<InFlightRequest> findInFlight(JsonRpcId requestId) {
        synchronized (lock) {
            return Optional.ofNullable(inFlight.get(requestId));
        }
    }

    public boolean isEnded() {
        synchronized (lock) {
            return ended;
        }
    }

    /** The bytes that the agent may have in flight in all its sessions together. */
    public long byteLimit() {
        return byteQuota.limit();
    }

    /** Whether the appliance stops and no session accepts requests. */
    public boolean isStopping() {
        return drainGate.isClosed();
    }

    SessionInfo toInfo() {
        synchronized (lock) {
            return new SessionInfo(id, caller, startedAt, requestCount.get(), inFlight.size());
        }
    }

    boolean isKeyExpiredAt(Instant now) {
        var expiry = keyExpiresAt;
        return expiry != null && !now.isBefore(expiry);
    }

    void setKeyExpiry(Instant expiry) {
        keyExpiresAt = expiry;
    }

    void removeInFlight(InFlightRequest request) {
        synchronized (lock) {
            inFlight.remove(request.id(), request);
        }
    }

    void releaseRequest(int bytes) {
        byteQuota.release(bytes + REQUEST_OVERHEAD_BYTES);
        drainGate.leave();
    }

    /** Adds an action for the end of the session; runs it now if the session has ended. */
    public void onEnd(Runnable action) {
        synchronized (lock) {
            if (!ended) {
                endActions.add(action);
                return;
            }
        }
        action.run();
    }

    /** When this returns no request begins any more, and all in flight are withdrawn. */
    void end() {
        List<InFlightRequest> withdrawn;
        List<Runnable> actions;
        synchronized (lock) {
            ended = true;
            withdrawn = List.copyOf(inFlight.values());
            actions = List.copyOf(endActions);
            endActions.clear();
        }
        withdrawn.forEach(request -> request.withdraw(null));
        actions.forEach(Runnable::run);
    }
}
