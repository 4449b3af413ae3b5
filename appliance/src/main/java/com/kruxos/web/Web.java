package com.kruxos.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** One door: a Jetty server on one TCP port, with our limits and our error replies. */
public final class Web implements AutoCloseable {
    private static final int HEADERS = 16 << 10;
    private static final long IDLE_MILLIS = 30_000;
    private static final long STOP_MILLIS = 2_000;

    /** Somebody who connects and says nothing holds this much: the first byte tells what is spoken. */
    private static final int DETECTED_IN = 512;

    /** How many may be connected, and how long, before they have shown who they are. */
    private static final int MOST_STRANGERS = 1_024;

    private static final Duration STRANGER = Duration.ofSeconds(10);

    private final Server server;
    private final ServerConnector connector;
    private final String where;
    private final Set<String> names;
    private final Secure secure;

    private Web(Server server, ServerConnector connector, String where, Set<String> names, Secure secure) {
        this.server = server;
        this.connector = connector;
        this.where = where;
        this.names = names;
        this.secure = secure;
    }

    /**
     * Opens the door for servlets: TLS and plain HTTP on one port, told apart by the first byte.
     *
     * @param names the DNS names a request may be addressed to, beside localhost and addresses
     * @param secure how TLS is spoken, and who may do without
     * @param pages adds the servlets
     * @throws CannotListen when the port is taken or may not be used
     */
    public static Web start(
            String name,
            String host,
            int port,
            Set<String> names,
            Secure secure,
            Consumer<ServletContextHandler> pages) {
        return start(name, host, port, names, secure, pages, new Strangers(MOST_STRANGERS, STRANGER));
    }

    static Web start(
            String name,
            String host,
            int port,
            Set<String> names,
            Secure secure,
            Consumer<ServletContextHandler> pages,
            Strangers strangers) {
        var web = bind(name, host, port, names, secure, strangers);
        var context = new ServletContextHandler("/", false, false);
        pages.accept(context);
        web.serve(context, Face.PROGRAMS);
        return web;
    }

    /**
     * Takes the port, so that its number is known. Until {@link #serve} connections are accepted by the system and
     * wait.
     *
     * @throws CannotListen when the port is taken or may not be used
     */
    public static Web bind(String name, String host, int port, Set<String> names, Secure secure) {
        return bind(name, host, port, names, secure, new Strangers(MOST_STRANGERS, STRANGER));
    }

    private static Web bind(String name, String host, int port, Set<String> names, Secure secure, Strangers strangers) {
        var server = new Server(threads(name));
        var connector = connector(server, host, port, secure, strangers);
        server.addConnector(connector);
        server.setStopTimeout(STOP_MILLIS);
        var web = new Web(server, connector, host + ":" + port + " for the " + name, names, secure);
        try {
            connector.open();
            return web;
        } catch (IOException | RuntimeException e) {
            web.close();
            throw web.cannotListen(e);
        }
    }

    /**
     * Answers from when this returns until {@link #close}.
     *
     * @param handler runs on virtual threads, for what was addressed to us and not sent by a page of somebody else
     * @param face of all answers, also of those the handler is not asked for
     */
    public void serve(Handler handler, Face face) {
        var known = new KnownHosts(names, face, secure.plain() == Secure.Plain.NOBODY ? new SentOn(handler) : handler);
        server.setHandler(
                new Marked(face, new Patient(secure.plain() == Secure.Plain.NEAR ? new PlainNear(known) : known)));
        server.setErrorHandler(new ProblemHandler(face));
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw cannotListen(e);
        }
    }

    /** The port it really listens on. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Whether its threads still turn, found out within this time. */
    public boolean turns(Duration patience) {
        return Turning.within(connector, patience);
    }

    /** Runs something on one of its few threads. */
    void run(Runnable task) {
        server.getThreadPool().execute(task);
    }

    /** Whoever sent this has shown a credential that counts: the connection is kept. */
    public static void known(Request request) {
        LoopbackDoor.known(request);
    }

    /** The same of a servlet's request. */
    public static void known(HttpServletRequest request) {
        LoopbackDoor.known(ServletContextRequest.getServletContextRequest(request));
    }

    /** Writes a problem as the whole reply of a servlet. */
    public static void write(HttpServletResponse response, Problem problem) throws IOException {
        var body = problem.json();
        response.setStatus(problem.status());
        response.setContentType(Problem.CONTENT_TYPE);
        response.setHeader("Cache-Control", "no-store");
        if (problem.status() == 401) {
            response.setHeader("WWW-Authenticate", "Bearer realm=\"kruxos\"");
        }
        if (problem.status() == 413) {
            // More of the body may come than is worth reading; a client that knows does not use the line again.
            response.setHeader("Connection", "close");
        }
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    @Override
    public void close() {
        try {
            server.stop();
            // A door that was bound and never served is not the server's to close.
            connector.close();
        } catch (Exception e) {
            throw new IllegalStateException("cannot close a door", e);
        }
    }

    private CannotListen cannotListen(Exception cause) {
        return new CannotListen(
                where + (bound(cause) ? ": the port or address is in use, or not ours" : ""),
                "stop what uses the port (ss -ltnp shows it), or move all our ports with --port-offset N",
                cause);
    }

    /**
     * Few platform threads, and a queue of our own: Jetty's default queue costs 80 to 200 ms at start. Whatever may
     * wait runs on virtual threads.
     */
    private static QueuedThreadPool threads(String name) {
        var pool = new QueuedThreadPool(24, 2, 60_000, 0, new LinkedBlockingQueue<>(), null);
        pool.setName(name);
        pool.setDaemon(true);
        pool.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
        return pool;
    }

    private static ServerConnector connector(Server server, String host, int port, Secure secure, Strangers strangers) {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(HEADERS);
        http.setResponseHeaderSize(HEADERS);
        // Jetty's memory of header fields would be 100 KiB for each connection, of which agents hold many.
        http.setHeaderCacheSize(0);
        // Names are looked at by KnownHosts, in plain requests as well; a certificate has whatever names it has.
        http.addCustomizer(new SecureRequestCustomizer(false));
        var detector = new DetectorConnectionFactory(new LateTls(secure));
        detector.setInputBufferSize(DETECTED_IN);
        var connector = strangers.connector(server, detector, new HttpConnectionFactory(http));
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setAcceptQueueSize(256);
        return connector;
    }

    private static boolean bound(Throwable e) {
        return e instanceof BindException
                || (e instanceof IOException && e.getCause() instanceof BindException)
                || (e.getCause() != null && bound(e.getCause()));
    }
}
