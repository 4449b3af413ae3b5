package com.kruxos.gateway;

import com.kruxos.audit.CannotRecord;
import com.kruxos.web.Problem;
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
    private static final Problem STOPPING =
            Problem.unavailable("the appliance is stopping", "connect again in a moment, in case it starts again");

    private final transient Door door;
    private final transient StreamableHttp http;
    private final int longest;

    /** @param longest bytes a message may have */
    McpServlet(Door door, StreamableHttp http, int longest) {
        this.door = door;
        this.http = http;
        this.longest = longest;
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
                response.setHeader("Retry-After", "5");
                Web.write(response, STOPPING);
            } else if (!upgrade(request)) {
                http.serve(agent, origin, request, response);
            } else {
                door.welcomed(agent, origin);
                open(request, response, new AgentSocket(door, agent, origin, longest));
            }
        } catch (CannotRecord e) {
            Web.write(response, Problem.unavailable("nothing is served while the audit cannot be written", e.hint()));
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
