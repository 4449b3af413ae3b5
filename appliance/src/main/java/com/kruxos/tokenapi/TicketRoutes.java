package com.kruxos.tokenapi;

import com.kruxos.admin.AgentAdmin;
import com.kruxos.web.http.WebResponse;

/** {@code /agents/{agent}/tickets} */
final class TicketRoutes {
    private final AgentAdmin agents;

    TicketRoutes(AgentAdmin agents) {
        this.agents = agents;
    }

    WebResponse list(ApiRequest request) {
        return ApiResponses.fromResult(
                agents.tickets(request.space(), request.pathValue("agent")),
                tickets -> ListPage.of(
                        request,
                        tickets,
                        ticket -> ListPage.timeKey(ticket.created(), ticket.id()),
                        JsonViews::ticket));
    }

    WebResponse create(ApiRequest request) {
        return ApiResponses.fromResult(
                agents.createTicket(request.principal(), request.space(), request.pathValue("agent")), issued -> {
                    try (issued) {
                        return ApiResponses.withCredential(201, JsonViews.ticket(issued), "ticket", issued.secret())
                                .withCreatedId(issued.ticket().id());
                    }
                });
    }

    WebResponse end(ApiRequest request) {
        return ApiResponses.fromResult(
                agents.revokeTicket(
                        request.principal(), request.space(), request.pathValue("agent"), request.pathValue("ticket")),
                ended -> ApiResponses.ok(JsonViews.newObject()
                        .put("id", ended.ticket().id())
                        .put("sessions_closed", ended.sessionsClosed())));
    }
}
