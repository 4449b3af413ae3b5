package com.kruxos.gateway;

import com.kruxos.identity.Agents;
import com.kruxos.identity.AuthenticatedAgent;
import com.kruxos.session.AgentConnection;
import com.kruxos.session.AgentCredential;
import com.kruxos.session.Caller;
import com.kruxos.session.ClientInfo;
import com.kruxos.session.Session;
import com.kruxos.session.SessionOpenResult;
import com.kruxos.session.Sessions;
import java.time.InstantSource;
import java.util.Optional;

/** Authenticates agents, and opens and ends their sessions with the audit records of both. Safe for any thread. */
final class AgentAdmission {
    private final Agents agents;
    private final Sessions sessions;
    private final SessionAudit audit;
    private final InstantSource clock;

    AgentAdmission(Agents agents, Sessions sessions, SessionAudit audit, InstantSource clock) {
        this.agents = agents;
        this.sessions = sessions;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Finds the agent of a key.
     *
     * @param origin the client's address, for the audit log
     * @return absent when the key is not valid
     */
    Optional<Caller> authenticate(byte[] key, String origin) {
        return agents.authenticate(key).map(agent -> caller(agent, origin));
    }

    private static Caller caller(AuthenticatedAgent found, String origin) {
        var agent = found.agent();
        return new Caller(
                agent.id(),
                agent.name(),
                agent.space(),
                new AgentCredential(found.keyId(), found.lastFour(), found.expires(), found.via()),
                origin,
                ClientInfo.NONE,
                null);
    }

    void recordUnauthenticated(String address) {
        audit.recordUnauthenticated(address);
    }

    boolean isStopping() {
        return sessions.isStopping();
    }

    /** Why no session of this agent can be opened now; absent when one can. */
    Optional<SessionOpenResult.SessionRefused> checkCapacity(Caller caller) {
        var refused = sessions.checkCapacity(caller.agentId());
        refused.filter(SessionOpenResult::isLimitReached).ifPresent(_ -> audit.recordLimitReached(caller));
        return refused;
    }

    /**
     * Records that a session begins, and gives the caller its id. To be followed by {@link #open} or {@link #abandon}.
     */
    Caller start(Caller caller) {
        var started = caller.inSession(Sessions.newId());
        audit.recordStarted(started);
        return started;
    }

    /** The session that was {@linkplain #start started} is not opened. */
    void abandon(Caller started, String reason) {
        audit.recordNotOpened(started, reason);
    }

    SessionOpenResult open(Caller started, AgentConnection connection) {
        var result = sessions.open(
                started,
                clock.instant(),
                connection,
                () -> agents.isCredentialValid(
                        started.agentId(), started.credential().id()));
        if (result instanceof SessionOpenResult.SessionRefused) {
            abandon(started, "its place was taken meanwhile, or its key ended");
        }
        return result;
    }

    /** Ends a session whose connection is closed. */
    void end(Session session, String reason) {
        sessions.onConnectionClosed(session);
        audit.recordEnded(session, reason);
    }
}
