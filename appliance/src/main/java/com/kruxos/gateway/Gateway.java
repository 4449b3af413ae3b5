package com.kruxos.gateway;

import com.kruxos.config.Config;
import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.MemoryQuota;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.session.Caller;
import com.kruxos.session.Sessions;
import com.kruxos.web.HttpListener;
import com.kruxos.web.TlsSettings;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.ee11.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;

/** The listener for agents on port 7700: MCP over WebSocket and Streamable HTTP, and the health endpoints. */
public final class Gateway implements AutoCloseable {
    /** At a stop, how long withdrawn calls may take to record their outcome. */
    private static final Duration FINAL_RECORDS_TIMEOUT = Duration.ofSeconds(5);

    private final HttpListener httpServer;
    private final Sessions sessions;
    private final StreamableHttp streamableHttp;
    private final ScheduledExecutorService pingScheduler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("gateway-pings").factory());

    private Gateway(HttpListener httpServer, Sessions sessions, StreamableHttp streamableHttp) {
        this.httpServer = httpServer;
        this.sessions = sessions;
        this.streamableHttp = streamableHttp;
    }

    /**
     * Starts listening.
     *
     * @param names host names that requests may name besides addresses
     * @param sslContext presents the current certificate to each handshake
     * @throws com.kruxos.web.ListenFailed when the port is not available
     */
    public static Gateway start(
            Config.GatewayConfig config, Set<String> names, SSLContext sslContext, GatewayServices services) {
        return start(config, names, sslContext, services, KeepAlive.DEFAULT);
    }

    /** With other keep-alive intervals, for tests. */
    static Gateway start(
            Config.GatewayConfig config,
            Set<String> names,
            SSLContext sslContext,
            GatewayServices services,
            KeepAlive keepAlive) {
        var sessions = services.sessions();
        var admission = new AgentAdmission(
                services.agents(), sessions, new SessionAudit(services.audit(), services.clock()), services.clock());
        var mcp = new McpService(
                services.callPipeline(), services.listHandler(), services.memoryGuard(), services.applianceVersion());
        var sendBufferLimit = new SendBufferLimit(services.memoryGuard());
        var messageLimits = messageLimits(config, services);
        var http = new StreamableHttp(
                admission,
                new McpHttpSessions(
                        admission,
                        mcp,
                        new SseResponses(sendBufferLimit),
                        config.sessionIdleTimeout(),
                        keepAlive.commentInterval()),
                messageLimits);
        var servlet = new McpServlet(
                admission, http, new WebSocketSettings(mcp, messageLimits, sendBufferLimit), config.tokenInUrl());
        var secure = new TlsSettings(
                sslContext,
                config.allowPlaintext() ? TlsSettings.PlainHttp.ALLOWED : TlsSettings.PlainHttp.LOOPBACK_ONLY);
        var web = HttpListener.start("gateway", config.bind(), config.port(), names, secure, context -> {
            JakartaWebSocketServletContainerInitializer.configure(context, null);
            context.addServlet(asyncServlet(servlet), "/mcp");
            context.addServlet(new ServletHolder(new HealthServlet(() -> true)), "/healthz");
            context.addServlet(new ServletHolder(new HealthServlet(services::isReady)), "/readyz");
        });
        var gateway = new Gateway(web, sessions, http);
        var interval = keepAlive.pingInterval().toMillis();
        var _ = gateway.pingScheduler.scheduleAtFixedRate(gateway::pingAll, interval, interval, TimeUnit.MILLISECONDS);
        return gateway;
    }

    /** The limits of each agent's messages: one length for all, and a byte quota per agent. */
    private static Function<Caller, MessageLimits> messageLimits(
            Config.GatewayConfig config, GatewayServices services) {
        var limits = new MessageLimits(config.maxMessageBytes(), services.memoryGuard(), MemoryQuota.UNLIMITED);
        return caller -> limits.withQuota(services.sessions().quotaOf(caller.agentId()));
    }

    public int port() {
        return httpServer.port();
    }

    /** Sends {@code list_changed} to the agents of a Space. */
    public static void notifyListChanged(Sessions sessions, String spaceId, FeatureKind kind) {
        var notification = JsonRpcWriter.notification(kind.listChangedMethod(), null);
        sessions.inSpace(spaceId).forEach(session -> session.connection().send(notification));
    }

    /** Whether the threads of the HTTP server make progress. Waits at most this long. */
    public boolean isResponsive(Duration timeout) {
        return httpServer.isResponsive(timeout);
    }

    /**
     * Refuses new sessions and requests from now on, and waits for those in progress.
     *
     * @return how many have no response after that time
     */
    public int drain(Duration timeout) {
        sessions.stopAccepting();
        return sessions.awaitResponses(timeout);
    }

    /** Ends all sessions and requests. The outcomes are recorded when this returns. */
    @Override
    public void close() {
        pingScheduler.shutdownNow();
        sessions.stopAccepting();
        sessions.endAll("the appliance is stopping");
        sessions.awaitResponses(FINAL_RECORDS_TIMEOUT);
        streamableHttp.close();
        httpServer.close();
    }

    private static ServletHolder asyncServlet(McpServlet servlet) {
        var holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        return holder;
    }

    private void pingAll() {
        sessions.all().forEach(session -> {
            if (session.connection() instanceof AgentWebSocketConnection webSocket) {
                webSocket.ping();
            }
        });
    }
}
