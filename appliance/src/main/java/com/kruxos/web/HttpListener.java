package com.kruxos.web;

import com.kruxos.web.http.Problem;
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
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** One door: a Jetty server on one TCP port, with our limits and our error replies. */
public final class HttpListener implements AutoCloseable {
    private static final int MAX_HEADER_BYTES = 16 << 10;
    private static final long IDLE_MILLIS = 30_000;
    private static final long STOP_MILLIS = 2_000;

    /** Somebody who connects and says nothing holds this much: the first byte tells what is spoken. */
    private static final int DETECTION_BUFFER_BYTES = 512;

    /** How many may be connected, and how long, before they have shown who they are. */
    private static final int MAX_UNAUTHENTICATED = 1_024;

    private static final Duration AUTHENTICATION_TIMEOUT = Duration.ofSeconds(10);

    private final Server server;
    private final ServerConnector connector;
    private final String description;
    private final Set<String> allowedNames;
    private final TlsSettings tlsSettings;

    private HttpListener(
            Server server, ServerConnector connector, String where, Set<String> names, TlsSettings secure) {
        this.server = server;
        this.connector = connector;
        this.description = where;
        this.allowedNames = names;
        this.tlsSettings = secure;
    }

    /**
     * Opens the door for servlets: TLS and plain HTTP on one port, told apart by the first byte.
     *
     * @param names the DNS names a request may be addressed to, beside localhost and addresses
     * @param secure how TLS is spoken, and who may do without
     * @param pages adds the servlets
     * @throws ListenFailed when the port is taken or may not be used
     */
    public static HttpListener start(
            String name,
            String host,
            int port,
            Set<String> names,
            TlsSettings secure,
            Consumer<ServletContextHandler> pages) {
        return start(
                name,
                host,
                port,
                names,
                secure,
                pages,
                new UnauthenticatedConnections(MAX_UNAUTHENTICATED, AUTHENTICATION_TIMEOUT));
    }

    static HttpListener start(
            String name,
            String host,
            int port,
            Set<String> names,
            TlsSettings secure,
            Consumer<ServletContextHandler> pages,
            UnauthenticatedConnections strangers) {
        var web = bind(name, host, port, names, secure, strangers);
        var context = new ServletContextHandler("/", false, false);
        pages.accept(context);
        web.serve(context, ErrorStyle.PROBLEM_JSON);
        return web;
    }

    /**
     * Takes the port, so that its number is known. Until {@link #serve} connections are accepted by the system and
     * wait.
     *
     * @throws ListenFailed when the port is taken or may not be used
     */
    public static HttpListener bind(String name, String host, int port, Set<String> names, TlsSettings secure) {
        return bind(
                name,
                host,
                port,
                names,
                secure,
                new UnauthenticatedConnections(MAX_UNAUTHENTICATED, AUTHENTICATION_TIMEOUT));
    }

    private static HttpListener bind(
            String name,
            String host,
            int port,
            Set<String> names,
            TlsSettings secure,
            UnauthenticatedConnections strangers) {
        var server = new Server(newThreadPool(name));
        var connector = newConnector(server, host, port, secure, strangers);
        server.addConnector(connector);
        server.setStopTimeout(STOP_MILLIS);
        var web = new HttpListener(server, connector, host + ":" + port + " for the " + name, names, secure);
        try {
            connector.open();
            return web;
        } catch (IOException | RuntimeException e) {
            web.close();
            throw web.listenFailed(e);
        }
    }

    /**
     * Answers from when this returns until {@link #close}.
     *
     * @param handler runs on virtual threads, for what was addressed to us and not sent by a page of somebody else
     * @param face of all answers, also of those the handler is not asked for
     */
    public void serve(Handler handler, ErrorStyle face) {
        var known = new HostFilter(
                allowedNames,
                face,
                tlsSettings.plainHttp() == TlsSettings.PlainHttp.REDIRECT
                        ? new HttpsRedirectHandler(handler)
                        : handler);
        server.setHandler(new CommonHeadersHandler(
                face,
                new VirtualThreadHandler(
                        tlsSettings.plainHttp() == TlsSettings.PlainHttp.LOOPBACK_ONLY
                                ? new RequireTlsHandler(known)
                                : known)));
        server.setErrorHandler(new ProblemErrorHandler(face));
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw listenFailed(e);
        }
    }

    /** The port it really listens on. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Whether its threads still turn, found out within this time. */
    public boolean isResponsive(Duration patience) {
        return LivenessProbe.respondsWithin(connector, patience);
    }

    /** Runs something on one of its few threads. */
    void runOnPool(Runnable task) {
        server.getThreadPool().execute(task);
    }

    /** Whoever sent this has shown a credential that counts: the connection is kept. */
    public static void markAuthenticated(Request request) {
        LoopbackListener.markAuthenticated(request);
    }

    /** The same of a servlet's request. */
    public static void markAuthenticated(HttpServletRequest request) {
        LoopbackListener.markAuthenticated(ServletContextRequest.getServletContextRequest(request));
    }

    /** Writes a problem as the whole reply of a servlet. */
    public static void writeProblem(HttpServletResponse response, Problem problem) throws IOException {
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

    private ListenFailed listenFailed(Exception cause) {
        return new ListenFailed(
                description + (isAddressInUse(cause) ? ": the port or address is in use, or not ours" : ""),
                "stop what uses the port (ss -ltnp shows it), or move all our ports with --port-offset N",
                cause);
    }

    /**
     * Few platform threads, and a queue of our own: Jetty's default queue costs 80 to 200 ms at start. Whatever may
     * wait runs on virtual threads.
     */
    private static QueuedThreadPool newThreadPool(String name) {
        var pool = new QueuedThreadPool(24, 2, 60_000, 0, new LinkedBlockingQueue<>(), null);
        pool.setName(name);
        pool.setDaemon(true);
        pool.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
        return pool;
    }

    private static ServerConnector newConnector(
            Server server, String host, int port, TlsSettings secure, UnauthenticatedConnections strangers) {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(MAX_HEADER_BYTES);
        http.setResponseHeaderSize(MAX_HEADER_BYTES);
        // Jetty's memory of header fields would be 100 KiB for each connection, of which agents hold many.
        http.setHeaderCacheSize(0);
        // Names are looked at by HostFilter, in plain requests as well; a certificate has whatever names it has.
        http.addCustomizer(new SecureRequestCustomizer(false));
        var detector = new DetectorConnectionFactory(
                new SslConnectionFactory(secure.newContextFactory(), HttpVersion.HTTP_1_1.asString()));
        detector.setInputBufferSize(DETECTION_BUFFER_BYTES);
        var connector = strangers.newConnector(server, detector, new HttpConnectionFactory(http));
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setAcceptQueueSize(256);
        return connector;
    }

    private static boolean isAddressInUse(Throwable e) {
        return e instanceof BindException
                || (e instanceof IOException && e.getCause() instanceof BindException)
                || (e.getCause() != null && isAddressInUse(e.getCause()));
    }
}
