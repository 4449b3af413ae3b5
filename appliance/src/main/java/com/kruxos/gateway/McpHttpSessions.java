package com.kruxos.gateway;

import com.kruxos.session.Caller;
import com.kruxos.session.Session;
import com.kruxos.session.SessionOpenResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The sessions over Streamable HTTP. Few clients end theirs, so an unused session ends after a while. Safe for any
 * thread.
 */
final class McpHttpSessions implements AutoCloseable {
    /** A response that takes longer is sent as an event stream. */
    private static final long STREAM_AFTER_NANOS = Duration.ofSeconds(1).toNanos();

    /** How long a completed stream can be resumed. */
    private static final long STREAM_RETENTION_NANOS = Duration.ofSeconds(60).toNanos();

    /** Of all sessions together. Above it, completed streams are discarded at once. */
    private static final long MAX_STORED_BYTES = 32L << 20;

    private static final Duration TIMER_INTERVAL = Duration.ofMillis(500);

    private final AgentAdmission admission;
    private final McpService service;
    private final SseResponses sseResponses;
    private final long idleNanos;
    private final long commentAfterNanos;
    private final Map<String, McpHttpSession> openSessions = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("http-sessions").factory());

    /**
     * Starts the timer.
     *
     * @param idle how long a session may be unused
     * @param commentAfter how long a stream may be silent before a comment is sent
     */
    McpHttpSessions(
            AgentAdmission admission,
            McpService service,
            SseResponses sseResponses,
            Duration idle,
            Duration commentAfter) {
        this.admission = admission;
        this.service = service;
        this.sseResponses = sseResponses;
        this.idleNanos = idle.toNanos();
        this.commentAfterNanos = commentAfter.toNanos();
        var interval = TIMER_INTERVAL.toMillis();
        var _ = timer.scheduleWithFixedDelay(this::onTimer, interval, interval, TimeUnit.MILLISECONDS);
    }

    SseResponses sseResponses() {
        return sseResponses;
    }

    /** Opens the session that was {@linkplain AgentAdmission#start started}, and starts {@code httpSession}. */
    SessionOpenResult open(Caller started, McpHttpSession httpSession) {
        var result = admission.open(started, httpSession);
        result.openedSession().ifPresent(session -> {
            httpSession.start(service.newHandler(session));
            openSessions.put(session.id(), httpSession);
        });
        return result;
    }

    /** The caller's own session with this id. A session of another agent is not found. */
    Optional<McpHttpSession> find(String id, Caller caller) {
        return Optional.ofNullable(openSessions.get(id))
                .filter(found -> sessionOf(found).caller().agentId().equals(caller.agentId()))
                .filter(McpHttpSession::touch);
    }

    void end(McpHttpSession httpSession, String reason) {
        var session = sessionOf(httpSession);
        if (openSessions.remove(session.id(), httpSession)) {
            httpSession.terminate(reason);
            admission.end(session, reason);
        }
    }

    /** Called when all sessions have ended: records the last of them. */
    @Override
    public void close() {
        timer.shutdownNow();
        onTimer();
    }

    private void onTimer() {
        var now = System.nanoTime();
        long storedBytes = 0;
        for (var httpSession : List.copyOf(openSessions.values())) {
            storedBytes += httpSession.storedBytes();
            httpSession.onTimer(
                    now - STREAM_AFTER_NANOS, storedBytes > MAX_STORED_BYTES ? now : now - STREAM_RETENTION_NANOS);
            if (httpSession.isEnded()) {
                removeEnded(httpSession);
            } else if (httpSession.lastUsedNanos() - (now - idleNanos) < 0 && httpSession.isIdle()) {
                end(httpSession, "idle");
            }
        }
        sseResponses.commentIfSilentSince(now - commentAfterNanos);
    }

    /** For sessions that were ended elsewhere: a revoked key, or a newer session of the agent. */
    private void removeEnded(McpHttpSession httpSession) {
        var session = sessionOf(httpSession);
        if (openSessions.remove(session.id(), httpSession)) {
            admission.end(session, httpSession.endReason());
        }
    }

    private static Session sessionOf(McpHttpSession httpSession) {
        return Objects.requireNonNull(httpSession.sessionHandler(), "registered before it was started")
                .session();
    }
}
