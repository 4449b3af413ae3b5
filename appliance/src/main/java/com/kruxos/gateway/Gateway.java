package com.kruxos.gateway;

import com.kruxos.audit.AuditLog;
import com.kruxos.call.CallPipeline;
import com.kruxos.call.ListHandler;
import com.kruxos.config.Config;
import com.kruxos.identity.Agents;
import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.session.Sessions;
import com.kruxos.web.HttpListener;
import com.kruxos.web.TlsSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.ee11.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;

/** The agents' door on 7700: WebSocket and Streamable HTTP. */
public final class Gateway implements AutoCloseable {
    /** A call that was taken back needs its moment to say so in the record. */
    private static final Duration FINAL_RECORDS_TIMEOUT = Duration.ofSeconds(5);

    private final HttpListener httpServer;
    private final Sessions sessions;
    private final StreamableHttp streamableHttp;
    private final ScheduledExecutorService pingScheduler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("gateway-pings").factory());

    private Gateway(HttpListener web, Sessions sessions, StreamableHttp http) {
        this.httpServer = web;
        this.sessions = sessions;
        this.streamableHttp = http;
    }

    /**
     * Opens the door.
     *
     * @param sslContext presents the certificate of the listener
     * @param ready what {@code /readyz} says: whether calls are taken now
     * @throws com.kruxos.web.ListenFailed when the port cannot be had
     */
    public static Gateway start(
            Config.GatewayConfig config,
            Set<String> names,
            SSLContext sslContext,
            Agents agents,
            Sessions sessions,
            CallPipeline calls,
            ListHandler listing,
            AuditLog audit,
            InstantSource clock,
            BooleanSupplier ready,
            String version) {
        return start(
                config,
                names,
                sslContext,
                agents,
                sessions,
                calls,
                listing,
                audit,
                clock,
                ready,
                version,
                KeepAlive.DEFAULT);
    }

    /** The same, with connections that are kept alive otherwise. */
    static Gateway start(
            Config.GatewayConfig config,
            Set<String> names,
            SSLContext sslContext,
            Agents agents,
            Sessions sessions,
            CallPipeline calls,
            ListHandler listing,
            AuditLog audit,
            InstantSource clock,
            BooleanSupplier ready,
            String version,
            KeepAlive keepAlive) {
        var messages = MessageLimits.of(config.maxMessageBytes());
        var door = new AgentAdmission(
                agents, sessions, calls, listing, audit, clock, config.tokenInUrl(), version, messages);
        var http = new StreamableHttp(
                door, new McpHttpSessions(door, config.sessionIdleTimeout(), keepAlive.commentInterval()));
        var secure = new TlsSettings(
                sslContext,
                config.allowPlaintext() ? TlsSettings.PlainHttp.ALLOWED : TlsSettings.PlainHttp.LOOPBACK_ONLY);
        var web = HttpListener.start("gateway", config.bind(), config.port(), names, secure, context -> {
            JakartaWebSocketServletContainerInitializer.configure(context, null);
            context.addServlet(asyncServlet(new McpServlet(door, http)), "/mcp");
            context.addServlet(new ServletHolder(new HealthServlet(() -> true)), "/healthz");
            context.addServlet(
                    new ServletHolder(new HealthServlet(() -> ready.getAsBoolean() && !sessions.isStopping())),
                    "/readyz");
        });
        var gateway = new Gateway(web, sessions, http);
        var ping = keepAlive.pingInterval().toMillis();
        var _ = gateway.pingScheduler.scheduleAtFixedRate(gateway::pingAll, ping, ping, TimeUnit.MILLISECONDS);
        return gateway;
    }

    public int port() {
        return httpServer.port();
    }

    /** Tells the agents of a Space that a list of theirs is another one now. */
    public static void notifyListChanged(Sessions sessions, String space, FeatureKind kind) {
        var news = JsonRpcWriter.notification(kind.listChangedMethod(), null);
        sessions.inSpace(space).forEach(session -> session.connection().send(news));
    }

    /** Whether its threads still turn, found out within this time. */
    public boolean isResponsive(Duration patience) {
        return httpServer.isResponsive(patience);
    }

    /**
     * Lets no session and no request begin from now on, and waits for those under way to be answered.
     *
     * @return how many have no answer after that time
     */
    public int drain(Duration atMost) {
        sessions.stopAccepting();
        return sessions.awaitResponses(atMost);
    }

    /** Ends what is under way. Its end is recorded when this returns. */
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
            if (session.connection() instanceof AgentWebSocketConnection line) {
                line.ping();
            }
        });
    }
}
