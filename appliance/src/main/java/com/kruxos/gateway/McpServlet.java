package com.kruxos.gateway;

import com.kruxos.audit.CannotRecord;
import com.kruxos.identity.Authenticated;
import com.kruxos.session.Admission;
import com.kruxos.web.Problem;
import com.kruxos.web.Unread;
import com.kruxos.web.Web;
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
    private static final Problem NO_HANDSHAKE = new Problem(
            426,
            "no-handshake",
            "No WebSocket handshake",
            "this asks for a WebSocket in a way that is not RFC 6455's",
            "send Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key of 16 bytes");

    /**
     * Of a WebSocket: what a client needs to know that passes on the messages of others, and is not to lose them all.
     */
    private static final String MAX_MESSAGE = "Kruxos-Max-Message";

    private final transient Door door;
    private final transient StreamableHttp http;

    McpServlet(Door door, StreamableHttp http) {
        this.door = door;
        this.http = http;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try (var presented = Presented.read(request, door.tokenInUrl())) {
            var origin = request.getRemoteAddr() + (presented != null && presented.inUrl() ? " (key in URL)" : "");
            var agent = presented == null ? null : door.admit(presented.key()).orElse(null);
            if (agent == null) {
                door.refused(request.getRemoteAddr());
                Web.write(response, Problem.unauthenticated());
                return;
            }
            Web.known(request);
            if (door.stopping() && begins(request)) {
                NoSession.tell(response, new Admission.Stopping());
            } else if (!upgrade(request)) {
                http.serve(agent, origin, request, response);
            } else if (!handshake(request)) {
                response.setHeader("Sec-WebSocket-Version", "13");
                Web.write(response, NO_HANDSHAKE);
            } else {
                var none = http.room(agent, origin).orElse(null);
                if (none == null) {
                    welcome(agent, origin, request, response);
                } else {
                    NoSession.tell(response, none);
                }
            }
        } catch (CannotRecord e) {
            Web.write(response, Problem.unavailable("nothing is served while the audit cannot be written", e.hint()));
        } finally {
            if (request.getMethod().equals("POST")) {
                Unread.drop(request);
            }
        }
    }

    /** Whether this would be a new session. */
    private static boolean begins(HttpServletRequest request) {
        return upgrade(request) || request.getHeader(StreamableHttp.SESSION) == null;
    }

    private static boolean upgrade(HttpServletRequest request) {
        var upgrade = request.getHeader("Upgrade");
        return request.getMethod().equals("GET")
                && upgrade != null
                && upgrade.toLowerCase(Locale.ROOT).equals("websocket");
    }

    /** Whether the container can make a WebSocket of it; one it cannot it answers with 500. */
    private static boolean handshake(HttpServletRequest request) {
        var key = request.getHeader("Sec-WebSocket-Key");
        return "13".equals(request.getHeader("Sec-WebSocket-Version"))
                && key != null
                && key.strip().matches("[A-Za-z0-9+/]{22}==");
    }

    private void welcome(Authenticated agent, String origin, HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        response.setIntHeader(MAX_MESSAGE, door.longest());
        var id = door.welcomed(agent, origin);
        try {
            open(request, response, new AgentSocket(door, id, agent, origin));
        } finally {
            if (response.getStatus() != HttpServletResponse.SC_SWITCHING_PROTOCOLS) {
                door.stayedAway(id, agent, origin, "it opened no WebSocket");
            }
        }
    }

    private void open(HttpServletRequest request, HttpServletResponse response, AgentSocket socket)
            throws ServletException, IOException {
        var container = (ServerContainer) getServletContext().getAttribute(ServerContainer.class.getName());
        try {
            container.upgradeHttpToWebSocket(request, response, SocketConfig.of(socket), Map.of());
        } catch (DeploymentException e) {
            throw new ServletException(e);
        }
    }
}
