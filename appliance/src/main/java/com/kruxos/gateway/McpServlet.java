package com.kruxos.gateway;

import com.kruxos.audit.AuditWriteFailed;
import com.kruxos.session.Caller;
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
import org.jspecify.annotations.Nullable;

/** {@code /mcp}: authenticates each request before it becomes a WebSocket, or before its body is read. */
final class McpServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Problem INVALID_HANDSHAKE = new Problem(
            426,
            "no-handshake",
            "Invalid WebSocket handshake",
            "the request is not a WebSocket handshake of RFC 6455",
            "send Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key of 16 bytes");

    /** On the handshake response: the longest message the gateway accepts. A client that relays messages needs it. */
    private static final String MAX_MESSAGE_HEADER = "Kruxos-Max-Message";

    private final transient AgentAdmission admission;
    private final transient StreamableHttp streamableHttp;
    private final transient WebSocketSettings webSockets;
    private final boolean tokenInUrl;

    McpServlet(
            AgentAdmission admission, StreamableHttp streamableHttp, WebSocketSettings webSockets, boolean tokenInUrl) {
        this.admission = admission;
        this.streamableHttp = streamableHttp;
        this.webSockets = webSockets;
        this.tokenInUrl = tokenInUrl;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            var caller = authenticate(request);
            if (caller == null) {
                admission.recordUnauthenticated(request.getRemoteAddr());
                HttpListener.writeProblem(response, Problem.unauthenticated());
                return;
            }
            HttpListener.markAuthenticated(request);
            if (admission.isStopping() && startsSession(request)) {
                SessionRefusalReply.send(response, new SessionOpenResult.ApplianceStopping());
            } else if (isUpgradeRequest(request)) {
                serveWebSocket(caller, request, response);
            } else {
                streamableHttp.serve(caller, request, response);
            }
        } catch (AuditWriteFailed e) {
            HttpListener.writeProblem(
                    response,
                    Problem.unavailable("requests are refused while the audit log cannot be written", e.hint()));
        } finally {
            if (request.getMethod().equals("POST")) {
                UnreadBody.drain(request);
            }
        }
    }

    /** The agent whose key the request shows; null without a valid key. */
    private @Nullable Caller authenticate(HttpServletRequest request) {
        try (var presented = PresentedKey.read(request, tokenInUrl)) {
            if (presented == null) {
                return null;
            }
            var origin = request.getRemoteAddr() + (presented.isInUrl() ? " (key in URL)" : "");
            return admission.authenticate(presented.key(), origin).orElse(null);
        }
    }

    private static boolean startsSession(HttpServletRequest request) {
        return isUpgradeRequest(request) || request.getHeader(StreamableHttp.SESSION_HEADER) == null;
    }

    private static boolean isUpgradeRequest(HttpServletRequest request) {
        var upgrade = request.getHeader("Upgrade");
        return request.getMethod().equals("GET")
                && upgrade != null
                && upgrade.toLowerCase(Locale.ROOT).equals("websocket");
    }

    private void serveWebSocket(Caller caller, HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        if (!isValidHandshake(request)) {
            response.setHeader("Sec-WebSocket-Version", "13");
            HttpListener.writeProblem(response, INVALID_HANDSHAKE);
            return;
        }
        var refused = admission.checkCapacity(caller).orElse(null);
        if (refused == null) {
            openWebSocket(caller, request, response);
        } else {
            SessionRefusalReply.send(response, refused);
        }
    }

    /** Checked here because the container answers an invalid handshake with status 500. */
    private static boolean isValidHandshake(HttpServletRequest request) {
        var key = request.getHeader("Sec-WebSocket-Key");
        return "13".equals(request.getHeader("Sec-WebSocket-Version"))
                && key != null
                && key.strip().matches("[A-Za-z0-9+/]{22}==");
    }

    private void openWebSocket(Caller caller, HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        response.setIntHeader(
                MAX_MESSAGE_HEADER, webSockets.messageLimits().apply(caller).maxBytes());
        var started = admission.start(caller);
        try {
            upgradeToWebSocket(request, response, new AgentWebSocket(admission, webSockets, started));
        } finally {
            if (response.getStatus() != HttpServletResponse.SC_SWITCHING_PROTOCOLS) {
                admission.abandon(started, "it opened no WebSocket");
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
