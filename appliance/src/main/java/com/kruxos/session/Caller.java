package com.kruxos.session;

import com.kruxos.audit.AuditPrincipal;
import org.jspecify.annotations.Nullable;

/**
 * The agent that makes a request. A session is only one way to deliver the response, so there is none in here.
 *
 * @param agentName the agent's name when it connected
 * @param origin the client's address, followed by {@code (key in URL)} where the key came in the URL
 * @param sessionId the session the request came through, for audit records and per-agent instances; absent before a
 *     session is opened
 */
public record Caller(
        String agentId,
        String agentName,
        String spaceId,
        AgentCredential credential,
        String origin,
        ClientInfo client,
        @Nullable String sessionId) {
    public Caller inSession(String id) {
        return new Caller(agentId, agentName, spaceId, credential, origin, client, id);
    }

    Caller withClient(ClientInfo declared) {
        return new Caller(agentId, agentName, spaceId, credential, origin, declared, sessionId);
    }

    public AuditPrincipal principal() {
        return AuditPrincipal.agent(agentId, agentName, origin, credential.ticketIssuer());
    }
}
