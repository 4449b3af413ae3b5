package com.kruxos.gateway;

import com.kruxos.session.SessionOpenResult;
import com.kruxos.web.HttpListener;
import com.kruxos.web.http.Problem;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The reply to an authenticated agent that gets no session. */
final class SessionRefusalReply {
    private static final String RETRY_AFTER_SECONDS = "5";

    private SessionRefusalReply() {}

    /** As an HTTP response. */
    static void send(HttpServletResponse response, SessionOpenResult.SessionRefused reason) throws IOException {
        var problem = toProblem(reason);
        if (problem.status() == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        HttpListener.writeProblem(response, problem);
    }

    /** As a close frame, for a WebSocket whose handshake is complete. */
    static void send(AgentWebSocketConnection connection, SessionOpenResult.SessionRefused reason) {
        switch (reason) {
            case SessionOpenResult.CredentialNoLongerValid _ -> connection.terminate("the key is no longer valid");
            case SessionOpenResult.ApplianceStopping _ ->
                connection.goAway(toProblem(reason).detail());
            case SessionOpenResult.AgentSessionLimitReached _, SessionOpenResult.SessionLimitReached _ ->
                connection.closeTryAgainLater(toProblem(reason).detail());
        }
    }

    private static Problem toProblem(SessionOpenResult.SessionRefused reason) {
        return switch (reason) {
            case SessionOpenResult.CredentialNoLongerValid _ -> Problem.unauthenticated();
            case SessionOpenResult.ApplianceStopping _ ->
                Problem.unavailable("the appliance is stopping", "connect again in a moment");
            case SessionOpenResult.AgentSessionLimitReached(var limit) ->
                new Problem(
                        429,
                        "too-many-sessions",
                        "Too many sessions",
                        "the agent has " + limit + " sessions in use, the most it may have",
                        "end sessions that are no longer needed: DELETE over HTTP, a close frame on a WebSocket");
            case SessionOpenResult.SessionLimitReached(var limit) ->
                Problem.unavailable(
                        "there are " + limit + " sessions, the most there may be",
                        "try again later; the operator can list sessions with kruxos session list");
        };
    }
}
