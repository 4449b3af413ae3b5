package com.kruxos.session;

import com.kruxos.rpc.JsonRpcId;
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
    public static final int MAX_IN_FLIGHT = 1_024;

    /** What a request under way holds besides its text. */
    private static final int REQUEST_OVERHEAD_BYTES = 4 << 10;

    private final String id;
    private final ConnectionInfo connectionInfo;
    private final AgentConnection connection;
    private final DrainGate drainGate;
    private final AgentByteQuota byteQuota;
    private final AtomicLong requestCount = new AtomicLong();
    private volatile @Nullable Instant keyExpiresAt;
    private volatile String clientInfo = "";
    private volatile Map<String, String> clientCapabilities = Map.of();
    private final PendingServerRequests pendingServerRequests = new PendingServerRequests();
    private volatile @Nullable LogLevel logLevel;

    /** Guards {@link #inFlight} and {@link #ended}: a request begins before the end, or not at all. */
    private final Object lock = new Object();

    private final Map<JsonRpcId, InFlightRequest> inFlight = new HashMap<>();
    private final List<Runnable> endActions = new ArrayList<>();
    private boolean ended;

    Session(String id, ConnectionInfo opening, AgentConnection line, DrainGate underWay, AgentByteQuota share) {
        this.id = id;
        this.byteQuota = share;
        this.drainGate = underWay;
        this.connectionInfo = opening;
        this.connection = line;
        this.keyExpiresAt = opening.keyExpiresAt();
    }

    public String id() {
        return id;
    }

    public ConnectionInfo connectionInfo() {
        return connectionInfo;
    }

    public AgentConnection connection() {
        return connection;
    }

    /** What the client calls itself; its own claim, empty until it said so. */
    public String clientInfo() {
        return clientInfo;
    }

    public void setClientInfo(String name) {
        clientInfo = name;
    }

    /** What servers may ask of the client, by name, as the client wrote it. */
    public Map<String, String> clientCapabilities() {
        return clientCapabilities;
    }

    public void setClientCapabilities(Map<String, String> declared) {
        clientCapabilities = Map.copyOf(declared);
    }

    /** What servers have asked this agent. */
    public PendingServerRequests pendingServerRequests() {
        return pendingServerRequests;
    }

    /** The least severe messages of servers it wants to hear; all of them until it says so. */
    public LogLevel logLevel() {
        var wanted = logLevel;
        return wanted == null ? LogLevel.DEBUG : wanted;
    }

    /** The same; absent until it says so, when nothing is to be asked of servers. */
    public Optional<LogLevel> requestedLogLevel() {
        return Optional.ofNullable(logLevel);
    }

    public void setLogLevel(LogLevel least) {
        logLevel = least;
    }

    /** Requests since it was opened. */
    public long requestCount() {
        return requestCount.get();
    }

    /**
     * Registers a request: absent when the session has ended, the id is taken, too many are under way or too long ones,
     * or none may begin any more.
     *
     * @param bytes how long it is
     */
    public Optional<InFlightRequest> beginRequest(JsonRpcId request, int bytes, Responder back) {
        synchronized (lock) {
            if (ended || inFlight.size() >= MAX_IN_FLIGHT || inFlight.containsKey(request) || !drainGate.enter()) {
                return Optional.empty();
            }
            if (!byteQuota.tryAcquire(bytes + REQUEST_OVERHEAD_BYTES)) {
                drainGate.leave();
                return Optional.empty();
            }
            var flight = new InFlightRequest(this, request, bytes, back);
            inFlight.put(request, flight);
            requestCount.incrementAndGet();
            return Optional.of(flight);
        }
    }

    /** The request under way with this id. */
    public Optional<InFlightRequest> findInFlight(JsonRpcId request) {
        synchronized (lock) {
            return Optional.ofNullable(inFlight.get(request));
        }
    }

    public boolean isEnded() {
        synchronized (lock) {
            return ended;
        }
    }

    /** How many bytes of this agent, in all its sessions, may come in and be under way at a time. */
    public long byteLimit() {
        return byteQuota.limit();
    }

    /** Whether no request may begin any more, on this session or another: the appliance is stopping. */
    public boolean isStopping() {
        return drainGate.isClosed();
    }

    SessionInfo toInfo() {
        synchronized (lock) {
            return new SessionInfo(id, connectionInfo, clientInfo, requestCount.get(), inFlight.size());
        }
    }

    boolean isKeyExpiredAt(Instant now) {
        var ends = keyExpiresAt;
        return ends != null && !now.isBefore(ends);
    }

    void setKeyExpiry(Instant when) {
        keyExpiresAt = when;
    }

    void removeInFlight(InFlightRequest flight) {
        synchronized (lock) {
            inFlight.remove(flight.id(), flight);
        }
    }

    void releaseRequest(int bytes) {
        byteQuota.release(bytes + REQUEST_OVERHEAD_BYTES);
        drainGate.leave();
    }

    /** What to do when the session is over; at once if it already is. */
    public void onEnd(Runnable action) {
        synchronized (lock) {
            if (!ended) {
                endActions.add(action);
                return;
            }
        }
        action.run();
    }

    /** Nothing begins any more and everything under way is withdrawn when this returns. */
    void end() {
        List<InFlightRequest> underWay;
        List<Runnable> last;
        synchronized (lock) {
            ended = true;
            underWay = List.copyOf(inFlight.values());
            last = List.copyOf(endActions);
            endActions.clear();
        }
        underWay.forEach(flight -> flight.withdraw(null));
        last.forEach(Runnable::run);
    }
}
