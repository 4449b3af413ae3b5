package com.kruxos.gateway;

import com.kruxos.identity.AuthenticatedAgent;
import com.kruxos.session.SessionOpenResult;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The sessions over Streamable HTTP. Clients seldom say goodbye, so one that is not used ends by itself, and one
 * agent's oldest idle session makes room for its next. Safe for any thread.
 */
final class McpHttpSessions implements AutoCloseable {
    /** An answer that takes longer is sent as a stream. */
    private static final long STREAM_AFTER_NANOS = Duration.ofSeconds(1).toNanos();

    /** How long a finished stream can be asked for again. */
    private static final long STREAM_RETENTION_NANOS = Duration.ofSeconds(60).toNanos();
    /** What all sessions together keep for connections that broke; above it finished streams are forgotten at once. */
    private static final long MAX_STORED_BYTES = 32L << 20;

    static final String NOT_OPENED_REASON = "its place was taken meanwhile, or its key ended";

    private final AgentAdmission agentAdmission;
    private final long idleNanos;
    private final long commentAfterNanos;
    private final Map<String, McpHttpSession> openSessions = new ConcurrentHashMap<>();
    private final SseResponses sseResponses = new SseResponses();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("http-sessions").factory());

    /**
     * Begins to look after sessions.
     *
     * @param idle how long a session may be unused
     * @param silence how long nothing goes out on a stream before a comment does
     */
    McpHttpSessions(AgentAdmission door, Duration idle, Duration silence) {
        this.agentAdmission = door;
        this.idleNanos = idle.toNanos();
        this.commentAfterNanos = silence.toNanos();
        var _ = timer.scheduleWithFixedDelay(this::onTimer, 500, 500, TimeUnit.MILLISECONDS);
    }

    SseResponses sseResponses() {
        return sseResponses;
    }

    /** Makes room for one more session of this agent, on whatever line; says why there is none, and writes it down. */
    Optional<SessionOpenResult.SessionRefused> checkCapacity(AuthenticatedAgent agent, String origin) {
        var refused = agentAdmission.findRefusal(agent);
        while (refused.filter(McpHttpSessions::isLimitReached).isPresent() && endOldestIdle(agent)) {
            refused = agentAdmission.findRefusal(agent);
        }
        refused.filter(McpHttpSessions::isLimitReached)
                .ifPresent(full -> agentAdmission.recordSessionLimit(agent, origin));
        return refused;
    }

    /** Opens the session that was welcomed, and begins {@code talk} with it. */
    SessionOpenResult open(String id, AuthenticatedAgent agent, String origin, McpHttpSession talk) {
        var admission = agentAdmission.open(id, agent, origin, talk);
        while (isLimitReached(admission) && endOldestIdle(agent)) {
            admission = agentAdmission.open(id, agent, origin, talk);
        }
        if (admission instanceof SessionOpenResult.SessionRefused) {
            agentAdmission.recordSessionNotOpened(id, agent, origin, NOT_OPENED_REASON);
        }
        admission.openedSession().ifPresent(session -> {
            talk.start(agentAdmission.newSessionHandler(session));
            openSessions.put(session.id(), talk);
        });
        return admission;
    }

    /** Whether it would be otherwise with a session less. */
    private static boolean isLimitReached(SessionOpenResult admission) {
        return switch (admission) {
            case SessionOpenResult.AgentSessionLimitReached _, SessionOpenResult.SessionLimitReached _ -> true;
            case SessionOpenResult.SessionOpened _,
                    SessionOpenResult.CredentialNoLongerValid _,
                    SessionOpenResult.ApplianceStopping _ -> false;
        };
    }

    /** The agent's own session of this id; another agent's is as unknown as one that never was. */
    Optional<McpHttpSession> find(String id, AuthenticatedAgent agent) {
        return Optional.ofNullable(openSessions.get(id))
                .filter(talk -> sessionHandlerOf(talk)
                        .session()
                        .connectionInfo()
                        .agentId()
                        .equals(agent.agent().id()))
                .filter(McpHttpSession::touch);
    }

    void end(McpHttpSession talk, String reason) {
        var conversation = sessionHandlerOf(talk);
        if (openSessions.remove(conversation.session().id(), talk)) {
            talk.terminate(reason);
            agentAdmission.endSession(conversation, reason);
        }
    }

    int count() {
        return openSessions.size();
    }

    /** To be called when the sessions have ended: the last of them are written down. */
    @Override
    public void close() {
        timer.shutdownNow();
        onTimer();
    }

    /** Sessions end elsewhere too, when a key is revoked: those are forgotten here. */
    private void onTimer() {
        var now = System.nanoTime();
        long kept = 0;
        for (var talk : List.copyOf(openSessions.values())) {
            kept += talk.storedBytes();
            talk.onTimer(now - STREAM_AFTER_NANOS, kept > MAX_STORED_BYTES ? now : now - STREAM_RETENTION_NANOS);
            if (talk.isEnded()) {
                if (openSessions.remove(sessionHandlerOf(talk).session().id(), talk)) {
                    agentAdmission.endSession(sessionHandlerOf(talk), talk.endReason());
                }
            } else if (talk.lastUsedNanos() - (now - idleNanos) < 0 && talk.isIdle()) {
                end(talk, "idle");
            }
        }
        sseResponses.commentIfSilentSince(now - commentAfterNanos);
    }

    private boolean endOldestIdle(AuthenticatedAgent agent) {
        var oldest = openSessions.values().stream()
                .filter(talk -> sessionHandlerOf(talk)
                        .session()
                        .connectionInfo()
                        .agentId()
                        .equals(agent.agent().id()))
                .filter(McpHttpSession::isIdle)
                .min(Comparator.comparingLong(McpHttpSession::lastUsedNanos));
        oldest.ifPresent(talk -> end(talk, "made room for a newer session"));
        return oldest.isPresent();
    }

    private static McpSessionHandler sessionHandlerOf(McpHttpSession talk) {
        return Objects.requireNonNull(talk.sessionHandler(), "registered before it began");
    }
}
