package com.kruxos.call;

import com.kruxos.audit.Principal;
import com.kruxos.session.Session;

/** The agent a request comes from, by the session it came through. */
public record Caller(Session session) {
    String agent() {
        return session.opening().agent();
    }

    String name() {
        return session.opening().agentName();
    }

    String space() {
        return session.opening().space();
    }

    Principal principal() {
        var opening = session.opening();
        return new Principal(
                Principal.Type.AGENT, opening.agent(), opening.agentName(), opening.origin(), opening.via());
    }
}
