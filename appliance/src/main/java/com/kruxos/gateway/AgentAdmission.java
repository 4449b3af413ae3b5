package com.kruxos.gateway;

import com.kruxos.audit.AuditEntry;
import com.kruxos.audit.AuditLog;
import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.audit.Details;
import com.kruxos.audit.Durability;
import com.kruxos.audit.RecordThrottle;
import com.kruxos.call.CallPipeline;
import com.kruxos.call.ListHandler;
import com.kruxos.identity.Agents;
import com.kruxos.identity.AuthenticatedAgent;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.session.AgentConnection;
import com.kruxos.session.ConnectionInfo;
import com.kruxos.session.Session;
import com.kruxos.session.SessionOpenResult;
import com.kruxos.session.Sessions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who may come in, who is in, and the record of both. Safe for any thread. */
final class AgentAdmission {
    /** A connection without a frame for so long is closed; we ping more often, and a living peer answers. */
    static final Duration IDLE_TIMEOUT = Duration.ofMinutes(2);

    private final Agents agents;
    private final Sessions sessions;
    private final CallPipeline callPipeline;
    private final ListHandler listHandler;
    private final AuditLog audit;
    private final InstantSource clock;
    private final boolean tokenInUrl;
    private final String applianceVersion;
    private final MessageLimits messageLimits;

    private final RecordThrottle unauthenticatedThrottle;
    private final RecordThrottle limitThrottle;

    AgentAdmission(
            Agents agents,
            Sessions sessions,
            CallPipeline calls,
            ListHandler listing,
            AuditLog audit,
            InstantSource clock,
            boolean tokenInUrl,
            String version,
            MessageLimits messages) {
        this.agents = agents;
        this.sessions = sessions;
        this.callPipeline = calls;
        this.listHandler = listing;
        this.audit = audit;
        this.clock = clock;
        unauthenticatedThrottle = new RecordThrottle(clock);
        limitThrottle = new RecordThrottle(clock);
        this.tokenInUrl = tokenInUrl;
        this.applianceVersion = version;
        this.messageLimits = messages;
    }

    /** How many bytes one message of an agent may have. */
    int maxMessageBytes() {
        return messageLimits.maxBytes();
    }

    /** What messages of this agent may take. */
    MessageLimits limitsFor(AuthenticatedAgent agent) {
        return messageLimits.withQuota(sessions.quotaOf(agent.agent().id()));
    }

    /** Whether nobody new is let in, because the appliance is going. */
    boolean isStopping() {
        return sessions.isStopping();
    }

    boolean isTokenInUrlAllowed() {
        return tokenInUrl;
    }

    Optional<AuthenticatedAgent> authenticate(byte[] key) {
        return agents.authenticate(key);
    }

    /** Writes down that the agent comes in; gives the id its session is to have. */
    String recordSessionStarted(AuthenticatedAgent agent, String origin) {
        var id = Sessions.newId();
        appendRecord("session.started", principal(agent, origin), agent, id, "admitted", Details.none());
        return id;
    }

    /** The session that was written down did not begin. */
    void recordSessionNotOpened(String id, AuthenticatedAgent agent, String origin, String reason) {
        try {
            appendRecord(
                    "session.ended",
                    principal(agent, origin),
                    agent,
                    id,
                    "ended",
                    Details.none().with("reason", reason));
        } catch (AuditWriteFailed e) {
            // Health is red already.
        }
    }

    /** Writes down a refusal, at most one record a second; it says how many there were. */
    void recordUnauthenticated(String origin) {
        unauthenticatedThrottle.recordOccurrence(count -> appendRecord(
                "session.refused",
                AuditPrincipal.system(),
                null,
                null,
                "refused",
                Details.none().with("origin", origin).with("attempts", count)));
    }

    /** Writes down that there was no room, thinned like {@link #recordUnauthenticated}. */
    void recordSessionLimit(AuthenticatedAgent agent, String origin) {
        limitThrottle.recordOccurrence(count -> appendRecord(
                "session.refused",
                principal(agent, origin),
                agent,
                null,
                "refused",
                Details.none().with("reason", "too many sessions").with("attempts", count)));
    }

    /** Why no session of this agent could open now; absent when one could. */
    Optional<SessionOpenResult.SessionRefused> findRefusal(AuthenticatedAgent agent) {
        return sessions.findRefusal(agent.agent().id());
    }

    /**
     * Begins the session that was {@link #recordSessionStarted}; who is refused has {@link #recordSessionNotOpened}.
     */
    SessionOpenResult open(String id, AuthenticatedAgent agent, String origin, AgentConnection line) {
        var opening = new ConnectionInfo(
                agent.agent().id(),
                agent.agent().name(),
                agent.agent().space(),
                agent.keyId(),
                agent.lastFour(),
                agent.expires(),
                agent.via(),
                origin,
                clock.instant());
        return sessions.open(
                id, opening, line, () -> agents.isCredentialValid(agent.agent().id(), agent.keyId()));
    }

    McpSessionHandler newSessionHandler(Session session) {
        return new McpSessionHandler(session, callPipeline, listHandler, applianceVersion);
    }

    /** The session is over; written down where that is possible, since nobody can be refused any more. */
    void endSession(McpSessionHandler conversation, String reason) {
        var session = conversation.session();
        sessions.onConnectionClosed(session);
        var opening = session.connectionInfo();
        try {
            audit.append(
                    new AuditEntry(
                            "session.ended",
                            new AuditPrincipal(
                                    AuditPrincipal.PrincipalType.AGENT,
                                    opening.agentId(),
                                    opening.agentName(),
                                    opening.origin(),
                                    opening.via()),
                            opening.spaceId(),
                            session.id(),
                            "disconnect",
                            "key …" + opening.lastFour(),
                            "ended",
                            null,
                            Details.none()
                                    .with("reason", reason)
                                    .with("client", session.clientInfo())
                                    .with("calls", session.requestCount())),
                    Durability.COMMITTED);
        } catch (AuditWriteFailed e) {
            // Health is red already.
        }
    }

    private void appendRecord(
            String kind,
            AuditPrincipal principal,
            @Nullable AuthenticatedAgent agent,
            @Nullable String session,
            String outcome,
            Details details) {
        audit.append(
                new AuditEntry(
                        kind,
                        principal,
                        agent == null ? null : agent.agent().space(),
                        session,
                        "connect",
                        agent == null ? null : "key …" + agent.lastFour(),
                        outcome,
                        null,
                        details),
                Durability.COMMITTED);
    }

    private static AuditPrincipal principal(AuthenticatedAgent agent, String origin) {
        return new AuditPrincipal(
                AuditPrincipal.PrincipalType.AGENT,
                agent.agent().id(),
                agent.agent().name(),
                origin,
                agent.via());
    }
}
