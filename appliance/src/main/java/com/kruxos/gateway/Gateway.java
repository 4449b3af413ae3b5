package com.kruxos.gateway;

import com.kruxos.audit.Audit;
import com.kruxos.call.Calls;
import com.kruxos.call.Listing;
import com.kruxos.config.Config;
import com.kruxos.identity.Agents;
import com.kruxos.rpc.Allowance;
import com.kruxos.rpc.Kind;
import com.kruxos.rpc.Replies;
import com.kruxos.session.Sessions;
import com.kruxos.web.Secure;
import com.kruxos.web.Web;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.ee11.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;

/** The agents' door on 7700: WebSocket and Streamable HTTP. */
public final class Gateway implements AutoCloseable {
    /** A call that was taken back needs its moment to say so in the record. */
    private static final Duration LAST_RECORDS = Duration.ofSeconds(5);

    private final Web web;
    private final Sessions sessions;
    private final StreamableHttp http;
    private final ScheduledExecutorService pings = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("gateway-pings").factory());

    private Gateway(Web web, Sessions sessions, StreamableHttp http) {
        this.web = web;
        this.sessions = sessions;
        this.http = http;
    }

    /**
     * Opens the door.
     *
     * @param certificate who the door shows itself as
     * @param ready what {@code /readyz} says: whether calls are taken now
     * @throws com.kruxos.web.CannotListen when the port cannot be had
     */
    public static Gateway start(
            Config.Gateway config,
            Set<String> names,
            Supplier<SSLContext> certificate,
            Agents agents,
            Sessions sessions,
            Calls calls,
            Listing listing,
            Audit audit,
            InstantSource clock,
            BooleanSupplier ready,
            String version) {
        return start(
                config,
                names,
                certificate,
                agents,
                sessions,
                calls,
                listing,
                audit,
                clock,
                ready,
                version,
                KeepAlive.STANDARD);
    }

    /** The same, with connections that are kept alive otherwise. */
    static Gateway start(
            Config.Gateway config,
            Set<String> names,
            Supplier<SSLContext> certificate,
            Agents agents,
            Sessions sessions,
            Calls calls,
            Listing listing,
            Audit audit,
            InstantSource clock,
            BooleanSupplier ready,
            String version,
            KeepAlive keepAlive) {
        var messages = Allowance.of(config.maxMessage());
        var door = new Door(agents, sessions, calls, listing, audit, clock, config.tokenInUrl(), version, messages);
        var http = new StreamableHttp(door, new HttpTalks(door, config.sessionIdle(), keepAlive.comment()));
        var secure = new Secure(certificate, config.plain() ? Secure.Plain.ANYBODY : Secure.Plain.NEAR);
        var web = Web.start("gateway", config.bind(), config.port(), names, secure, context -> {
            JakartaWebSocketServletContainerInitializer.configure(context, null);
            context.addServlet(async(new McpServlet(door, http)), "/mcp");
            context.addServlet(new ServletHolder(new HealthServlet(() -> true)), "/healthz");
            context.addServlet(
                    new ServletHolder(new HealthServlet(() -> ready.getAsBoolean() && !sessions.stopping())),
                    "/readyz");
        });
        var gateway = new Gateway(web, sessions, http);
        var ping = keepAlive.ping().toMillis();
        var _ = gateway.pings.scheduleAtFixedRate(gateway::ping, ping, ping, TimeUnit.MILLISECONDS);
        return gateway;
    }

    public int port() {
        return web.port();
    }

    /** Tells the agents of a Space that a list of theirs is another one now. */
    public static void listChanged(Sessions sessions, String space, Kind kind) {
        var news = Replies.notification(kind.news(), null);
        sessions.inSpace(space).forEach(session -> session.line().send(news));
    }

    /** Whether its threads still turn, found out within this time. */
    public boolean turns(Duration patience) {
        return web.turns(patience);
    }

    /**
     * Lets no session and no request begin from now on, and waits for those under way to be answered.
     *
     * @return how many have no answer after that time
     */
    public int drain(Duration atMost) {
        sessions.stop();
        return sessions.awaitAnswers(atMost);
    }

    /** Ends what is under way. Its end is recorded when this returns. */
    @Override
    public void close() {
        pings.shutdownNow();
        sessions.stop();
        sessions.endAll("the appliance is stopping");
        sessions.awaitAnswers(LAST_RECORDS);
        http.close();
        web.close();
    }

    private static ServletHolder async(McpServlet servlet) {
        var holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        return holder;
    }

    private void ping() {
        sessions.all().forEach(session -> {
            if (session.line() instanceof SocketLine line) {
                line.ping();
            }
        });
    }
}
