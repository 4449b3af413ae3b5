package com.kruxos.gateway;

import com.kruxos.session.Admission;
import com.kruxos.web.Problem;
import com.kruxos.web.Web;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** How an agent whose key counts is told that it gets no session all the same. */
final class NoSession {
    private static final String SOON = "5";

    private NoSession() {}

    /** In answer to a request. */
    static void tell(HttpServletResponse response, Admission.Refused why) throws IOException {
        if (problem(why).status() == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            response.setHeader("Retry-After", SOON);
        }
        Web.write(response, problem(why));
    }

    /** On a WebSocket, whose handshake was already answered. */
    static void tell(SocketLine line, Admission.Refused why) {
        switch (why) {
            case Admission.KeyEnded _ -> line.hangUp("the key no longer counts");
            case Admission.Stopping _ -> line.leave(problem(why).detail());
            case Admission.AgentFull _, Admission.Full _ ->
                line.later(problem(why).detail());
        }
    }

    private static Problem problem(Admission.Refused why) {
        return switch (why) {
            case Admission.KeyEnded _ -> Problem.unauthenticated();
            case Admission.Stopping _ ->
                Problem.unavailable("the appliance is stopping", "connect again in a moment, in case it starts again");
            case Admission.AgentFull(var most) ->
                new Problem(
                        429,
                        "too-many-sessions",
                        "Too many sessions",
                        "the agent has " + most + " sessions in use, and may have no more",
                        "end those that are done: DELETE over HTTP, a close frame on a WebSocket");
            case Admission.Full(var most) ->
                Problem.unavailable(
                        "there are " + most + " sessions, and there is no place for more",
                        "come back later; kruxos session list shows the owner whose they are");
        };
    }
}
