package com.kruxos.tokenapi;

import com.kruxos.admin.AgentAdmin;
import com.kruxos.admin.AgentView;
import com.kruxos.admin.IssuedAgent;
import com.kruxos.identity.Answer;
import com.kruxos.identity.Spaces;
import java.time.Duration;
import tools.jackson.databind.node.ObjectNode;

/** {@code /agents} */
final class AgentRoutes {
    private final AgentAdmin agents;

    AgentRoutes(AgentAdmin agents) {
        this.agents = agents;
    }

    Reply list(Ask ask) {
        return Reply.of(
                agents.list(ask.space()),
                views -> Page.of(ask, views, view -> view.agent().name(), Views::agent));
    }

    Reply show(Ask ask) {
        return Reply.of(agents.show(ask.space(), ask.path("agent")), view -> Reply.ok(Views.agent(view)));
    }

    Reply create(Ask ask) {
        var body = ask.body();
        return issued(
                201,
                agents.create(
                        ask.who(),
                        body.optionalText("space").orElse(Spaces.DEFAULT),
                        body.text("name"),
                        body.optionalText("purpose").orElse(""),
                        Times.moment("expires", body.optionalText("expires"), ask.now())));
    }

    Reply rotate(Ask ask) {
        var overlap = ask.body()
                .optionalText("overlap")
                .map(text -> Times.duration("overlap", text))
                .orElse(Duration.ZERO);
        return issued(200, agents.rotate(ask.who(), ask.space(), ask.path("agent"), overlap));
    }

    Reply restore(Ask ask) {
        return issued(200, agents.restore(ask.who(), ask.space(), ask.path("agent")));
    }

    Reply revoke(Ask ask) {
        return Reply.of(
                agents.revoke(ask.who(), ask.space(), ask.path("agent")),
                revoked -> Reply.ok(agent(revoked.agent()).put("sessions_closed", revoked.sessionsClosed())));
    }

    Reply pause(Ask ask) {
        return Reply.of(agents.pause(ask.who(), ask.space(), ask.path("agent")), view -> Reply.ok(agent(view)));
    }

    Reply resume(Ask ask) {
        return Reply.of(agents.resume(ask.who(), ask.space(), ask.path("agent")), view -> Reply.ok(agent(view)));
    }

    Reply ticket(Ask ask) {
        return Reply.of(agents.ticket(ask.who(), ask.space(), ask.path("agent")), issued -> {
            try (issued) {
                return Reply.withKey(201, Views.ticket(issued), "ticket", issued.secret());
            }
        });
    }

    Reply tickets(Ask ask) {
        return Reply.of(
                agents.tickets(ask.space(), ask.path("agent")),
                tickets -> Page.of(ask, tickets, ticket -> Page.byTime(ticket.created(), ticket.id()), Views::ticket));
    }

    Reply endTicket(Ask ask) {
        return Reply.of(
                agents.endTicket(ask.who(), ask.space(), ask.path("agent"), ask.path("ticket")),
                ended -> Reply.ok(
                        Views.object().put("id", ended.ticket().id()).put("sessions_closed", ended.sessionsClosed())));
    }

    private static ObjectNode agent(AgentView view) {
        var json = Views.object();
        json.set("agent", Views.agent(view));
        return json;
    }

    private static Reply issued(int status, Answer<IssuedAgent> answer) {
        return Reply.of(answer, issued -> {
            try (issued) {
                return Reply.withKey(status, "agent", Views.agent(issued.agent()), "key", issued.key());
            }
        });
    }
}
