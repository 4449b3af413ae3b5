package com.kruxos.tokenapi;

import com.kruxos.admin.AgentAdmin;

/** {@code /agents/{agent}/tickets} */
final class TicketRoutes {
    private final AgentAdmin agents;

    TicketRoutes(AgentAdmin agents) {
        this.agents = agents;
    }

    ApiResponse list(ApiRequest ask) {
        return ApiResponse.fromResult(
                agents.tickets(ask.space(), ask.pathValue("agent")),
                tickets -> ListPage.of(
                        ask, tickets, ticket -> ListPage.timeKey(ticket.created(), ticket.id()), JsonViews::ticket));
    }

    ApiResponse create(ApiRequest ask) {
        return ApiResponse.fromResult(
                agents.createTicket(ask.principal(), ask.space(), ask.pathValue("agent")), issued -> {
                    try (issued) {
                        return ApiResponse.withCredential(201, JsonViews.ticket(issued), "ticket", issued.secret())
                                .withCreatedId(issued.ticket().id());
                    }
                });
    }

    ApiResponse end(ApiRequest ask) {
        return ApiResponse.fromResult(
                agents.revokeTicket(ask.principal(), ask.space(), ask.pathValue("agent"), ask.pathValue("ticket")),
                ended -> ApiResponse.ok(JsonViews.newObject()
                        .put("id", ended.ticket().id())
                        .put("sessions_closed", ended.sessionsClosed())));
    }
}
