package com.kruxos.call;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.session.Session;

/** The agent a request comes from, by the session it came through. */
public record Caller(Session session) {
    String agentId() {
        return session.connectionInfo().agentId();
    }

    String agentName() {
        return session.connectionInfo().agentName();
    }

    String spaceId() {
        return session.connectionInfo().spaceId();
    }

    AuditPrincipal principal() {
        var opening = session.connectionInfo();
        return new AuditPrincipal(
                AuditPrincipal.PrincipalType.AGENT,
                opening.agentId(),
                opening.agentName(),
                opening.origin(),
                opening.via());
    }
}
