package com.kruxos.gateway;

import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.identity.AuthenticatedAgent;
import com.kruxos.session.SessionOpenResult;
import com.kruxos.web.HttpListener;
import com.kruxos.web.http.Problem;
import com.kruxos.web.http.UnreadBody;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerContainer;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** {@code /mcp}: checks the key, and only then lets the connection become a WebSocket, or the request be read. */
final class McpServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Problem INVALID_HANDSHAKE = new Problem(
            426,
            "no-handshake",
            "No WebSocket handshake",
            "this asks for a WebSocket in a way that is not RFC 6455's",
            "send Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key of 16 bytes");

    /**
     * Of a WebSocket: what a client needs to know that passes on the messages of others, and is not to lose them all.
     */
    private static final String MAX_MESSAGE_HEADER = "Kruxos-Max-Message";

    private final transient AgentAdmission admission;
    private final transient StreamableHttp streamableHttp;

    McpServlet(AgentAdmission door, StreamableHttp http) {
        this.admission = door;
        this.streamableHttp = http;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try (var presented = PresentedKey.read(request, admission.isTokenInUrlAllowed())) {
            var origin = request.getRemoteAddr() + (presented != null && presented.isInUrl() ? " (key in URL)" : "");
            var agent = presented == null
                    ? null
                    : admission.authenticate(presented.key()).orElse(null);
            if (agent == null) {
                admission.recordUnauthenticated(request.getRemoteAddr());
                HttpListener.writeProblem(response, Problem.unauthenticated());
                return;
            }
            HttpListener.markAuthenticated(request);
            if (admission.isStopping() && startsSession(request)) {
                SessionRefusalReply.send(response, new SessionOpenResult.ApplianceStopping());
            } else if (!isUpgradeRequest(request)) {
                streamableHttp.serve(agent, origin, request, response);
            } else if (!isValidHandshake(request)) {
                response.setHeader("Sec-WebSocket-Version", "13");
                HttpListener.writeProblem(response, INVALID_HANDSHAKE);
            } else {
                var none = streamableHttp.checkCapacity(agent, origin).orElse(null);
                if (none == null) {
                    openWebSocket(agent, origin, request, response);
                } else {
                    SessionRefusalReply.send(response, none);
                }
            }
        } catch (AuditWriteFailed e) {
            HttpListener.writeProblem(
                    response, Problem.unavailable("nothing is served while the audit cannot be written", e.hint()));
        } finally {
            if (request.getMethod().equals("POST")) {
                UnreadBody.drain(request);
            }
        }
    }

    /** Whether this would be a new session. */
    private static boolean startsSession(HttpServletRequest request) {
        return isUpgradeRequest(request) || request.getHeader(StreamableHttp.SESSION_HEADER) == null;
    }

    private static boolean isUpgradeRequest(HttpServletRequest request) {
        var upgrade = request.getHeader("Upgrade");
        return request.getMethod().equals("GET")
                && upgrade != null
                && upgrade.toLowerCase(Locale.ROOT).equals("websocket");
    }

    /** Whether the container can make a WebSocket of it; one it cannot it answers with 500. */
    private static boolean isValidHandshake(HttpServletRequest request) {
        var key = request.getHeader("Sec-WebSocket-Key");
        return "13".equals(request.getHeader("Sec-WebSocket-Version"))
                && key != null
                && key.strip().matches("[A-Za-z0-9+/]{22}==");
    }

    private void openWebSocket(
            AuthenticatedAgent agent, String origin, HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        response.setIntHeader(MAX_MESSAGE_HEADER, admission.maxMessageBytes());
        var id = admission.recordSessionStarted(agent, origin);
        try {
            upgradeToWebSocket(request, response, new AgentWebSocket(admission, id, agent, origin));
        } finally {
            if (response.getStatus() != HttpServletResponse.SC_SWITCHING_PROTOCOLS) {
                admission.recordSessionNotOpened(id, agent, origin, "it opened no WebSocket");
            }
        }
    }

    private void upgradeToWebSocket(HttpServletRequest request, HttpServletResponse response, AgentWebSocket socket)
            throws ServletException, IOException {
        var container = (ServerContainer) getServletContext().getAttribute(ServerContainer.class.getName());
        try {
            container.upgradeHttpToWebSocket(request, response, AgentWebSocketConfig.of(socket), Map.of());
        } catch (DeploymentException e) {
            throw new ServletException(e);
        }
    }
}
