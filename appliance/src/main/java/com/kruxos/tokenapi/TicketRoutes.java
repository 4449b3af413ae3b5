package com.kruxos.tokenapi;

import com.kruxos.admin.AgentAdmin;

/** {@code /agents/{agent}/tickets} */
final class TicketRoutes {
    private final AgentAdmin agents;

    TicketRoutes(AgentAdmin agents) {
        this.agents = agents;
    }

    Reply list(Ask ask) {
        return Reply.of(
                agents.tickets(ask.space(), ask.path("agent")),
                tickets -> Page.of(ask, tickets, ticket -> Page.byTime(ticket.created(), ticket.id()), Views::ticket));
    }

    Reply create(Ask ask) {
        return Reply.of(agents.ticket(ask.who(), ask.space(), ask.path("agent")), issued -> {
            try (issued) {
                return Reply.withKey(201, Views.ticket(issued), "ticket", issued.secret())
                        .made(issued.ticket().id());
            }
        });
    }

    Reply end(Ask ask) {
        return Reply.of(
                agents.endTicket(ask.who(), ask.space(), ask.path("agent"), ask.path("ticket")),
                ended -> Reply.ok(
                        Views.object().put("id", ended.ticket().id()).put("sessions_closed", ended.sessionsClosed())));
    }
}
