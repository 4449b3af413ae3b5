package com.kruxos.gateway;

import com.kruxos.session.SessionOpenResult;
import com.kruxos.web.HttpListener;
import com.kruxos.web.http.Problem;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** How an agent whose key counts is told that it gets no session all the same. */
final class SessionRefusalReply {
    private static final String RETRY_AFTER_SECONDS = "5";

    private SessionRefusalReply() {}

    /** In answer to a request. */
    static void send(HttpServletResponse response, SessionOpenResult.SessionRefused why) throws IOException {
        if (toProblem(why).status() == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        HttpListener.writeProblem(response, toProblem(why));
    }

    /** On a WebSocket, whose handshake was already answered. */
    static void send(AgentWebSocketConnection line, SessionOpenResult.SessionRefused why) {
        switch (why) {
            case SessionOpenResult.CredentialNoLongerValid _ -> line.terminate("the key no longer counts");
            case SessionOpenResult.ApplianceStopping _ ->
                line.goAway(toProblem(why).detail());
            case SessionOpenResult.AgentSessionLimitReached _, SessionOpenResult.SessionLimitReached _ ->
                line.closeTryAgainLater(toProblem(why).detail());
        }
    }

    private static Problem toProblem(SessionOpenResult.SessionRefused why) {
        return switch (why) {
            case SessionOpenResult.CredentialNoLongerValid _ -> Problem.unauthenticated();
            case SessionOpenResult.ApplianceStopping _ ->
                Problem.unavailable("the appliance is stopping", "connect again in a moment, in case it starts again");
            case SessionOpenResult.AgentSessionLimitReached(var most) ->
                new Problem(
                        429,
                        "too-many-sessions",
                        "Too many sessions",
                        "the agent has " + most + " sessions in use, and may have no more",
                        "end those that are done: DELETE over HTTP, a close frame on a WebSocket");
            case SessionOpenResult.SessionLimitReached(var most) ->
                Problem.unavailable(
                        "there are " + most + " sessions, and there is no place for more",
                        "come back later; kruxos session list shows the owner whose they are");
        };
    }
}
