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

/** A Jetty server on one TCP port for TLS and plain HTTP, with our limits and error responses. */
public final class HttpListener implements AutoCloseable {
    private static final int MAX_HEADER_BYTES = 16 << 10;
    private static final long IDLE_MILLIS = 30_000;
    private static final long STOP_MILLIS = 2_000;

    /** The memory of a connection that sends nothing; the first byte tells TLS from plain HTTP. */
    private static final int DETECTION_BUFFER_BYTES = 512;

    /** The limits of connections without an authenticated request. */
    private static final int MAX_UNAUTHENTICATED = 1_024;

    private static final Duration AUTHENTICATION_TIMEOUT = Duration.ofSeconds(10);

    private final Server server;
    private final ServerConnector connector;
    private final String description;
    private final Set<String> allowedNames;
    private final TlsSettings tlsSettings;

    private HttpListener(
            Server server, ServerConnector connector, String description, Set<String> names, TlsSettings tlsSettings) {
        this.server = server;
        this.connector = connector;
        this.description = description;
        this.allowedNames = names;
        this.tlsSettings = tlsSettings;
    }

    /**
     * Opens the port and serves servlets.
     *
     * @param names allowed DNS names in {@code Host}, besides localhost and addresses
     * @param servlets adds the servlets
     * @throws ListenFailed if the port is not available
     */
    public static HttpListener start(
            String name,
            String host,
            int port,
            Set<String> names,
            TlsSettings tlsSettings,
            Consumer<ServletContextHandler> servlets) {
        return start(
                name,
                host,
                port,
                names,
                tlsSettings,
                servlets,
                new UnauthenticatedConnections(MAX_UNAUTHENTICATED, AUTHENTICATION_TIMEOUT));
    }

    static HttpListener start(
            String name,
            String host,
            int port,
            Set<String> names,
            TlsSettings tlsSettings,
            Consumer<ServletContextHandler> servlets,
            UnauthenticatedConnections unauthenticated) {
        var listener = bind(name, host, port, names, tlsSettings, unauthenticated);
        var context = new ServletContextHandler("/", false, false);
        servlets.accept(context);
        listener.serve(context, ErrorStyle.PROBLEM_JSON);
        return listener;
    }

    /**
     * Opens the port, so that its number is known. Until {@link #serve}, the operating system queues connections.
     *
     * @throws ListenFailed if the port is not available
     */
    public static HttpListener bind(String name, String host, int port, Set<String> names, TlsSettings tlsSettings) {
        return bind(
                name,
                host,
                port,
                names,
                tlsSettings,
                new UnauthenticatedConnections(MAX_UNAUTHENTICATED, AUTHENTICATION_TIMEOUT));
    }

    private static HttpListener bind(
            String name,
            String host,
            int port,
            Set<String> names,
            TlsSettings tlsSettings,
            UnauthenticatedConnections unauthenticated) {
        var server = new Server(newThreadPool(name));
        var connector = newConnector(server, host, port, tlsSettings, unauthenticated);
        server.addConnector(connector);
        server.setStopTimeout(STOP_MILLIS);
        var listener = new HttpListener(server, connector, host + ":" + port + " for the " + name, names, tlsSettings);
        try {
            connector.open();
            return listener;
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw listener.listenFailed(e);
        }
    }

    /**
     * Processes requests until {@link #close}.
     *
     * @param handler receives the requests that pass {@link HostFilter}, on virtual threads
     * @param errorStyle applies also to requests that do not reach the handler
     */
    public void serve(Handler handler, ErrorStyle errorStyle) {
        var filtered = new HostFilter(
                allowedNames,
                errorStyle,
                tlsSettings.plainHttp() == TlsSettings.PlainHttp.REDIRECT
                        ? new HttpsRedirectHandler(handler)
                        : handler);
        server.setHandler(new CommonHeadersHandler(
                errorStyle,
                new VirtualThreadHandler(
                        tlsSettings.plainHttp() == TlsSettings.PlainHttp.LOOPBACK_ONLY
                                ? new RequireTlsHandler(filtered)
                                : filtered)));
        server.setErrorHandler(new ProblemErrorHandler(errorStyle));
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw listenFailed(e);
        }
    }

    /** The actual port. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Whether all threads of the listener respond within this time. */
    public boolean isResponsive(Duration timeout) {
        return LivenessProbe.respondsWithin(connector, timeout);
    }

    /** Runs a task on the thread pool, for tests. */
    void runOnPool(Runnable task) {
        server.getThreadPool().execute(task);
    }

    /** The request had a valid credential: its connection may stay open. */
    public static void markAuthenticated(Request request) {
        LoopbackListener.markAuthenticated(request);
    }

    /** The same for the request of a servlet. */
    public static void markAuthenticated(HttpServletRequest request) {
        LoopbackListener.markAuthenticated(ServletContextRequest.getServletContextRequest(request));
    }

    /** Writes a problem as the complete response of a servlet. */
    public static void writeProblem(HttpServletResponse response, Problem problem) throws IOException {
        var body = problem.json();
        response.setStatus(problem.status());
        response.setContentType(Problem.CONTENT_TYPE);
        response.setHeader("Cache-Control", "no-store");
        if (problem.status() == 401) {
            response.setHeader("WWW-Authenticate", Problem.CHALLENGE);
        }
        if (problem.status() == 413) {
            // The rest of the body is not read, so the client must not reuse the connection.
            response.setHeader("Connection", "close");
        }
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    @Override
    public void close() {
        try {
            server.stop();
            // The server does not close a connector that was opened but never started.
            connector.close();
        } catch (Exception e) {
            throw new IllegalStateException("cannot stop the listener", e);
        }
    }

    private ListenFailed listenFailed(Exception cause) {
        return new ListenFailed(
                description + (isAddressInUse(cause) ? ": the port or address is in use or not permitted" : ""),
                "stop the process that uses the port (ss -ltnp shows it), or move all ports with --port-offset N",
                cause);
    }

    /**
     * Few platform threads, because handlers run on virtual threads. With a LinkedBlockingQueue: Jetty's default queue
     * costs 80 to 200 ms at start.
     */
    private static QueuedThreadPool newThreadPool(String name) {
        var pool = new QueuedThreadPool(24, 2, 60_000, 0, new LinkedBlockingQueue<>(), null);
        pool.setName(name);
        pool.setDaemon(true);
        pool.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
        return pool;
    }

    private static ServerConnector newConnector(
            Server server, String host, int port, TlsSettings tlsSettings, UnauthenticatedConnections unauthenticated) {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(MAX_HEADER_BYTES);
        http.setResponseHeaderSize(MAX_HEADER_BYTES);
        // Jetty's cache of header fields would take 100 KiB for each connection, of which agents hold many.
        http.setHeaderCacheSize(0);
        // HostFilter checks the host, so SNI is not compared with the certificate.
        http.addCustomizer(new SecureRequestCustomizer(false));
        var detector = new DetectorConnectionFactory(
                new SslConnectionFactory(tlsSettings.newContextFactory(), HttpVersion.HTTP_1_1.asString()));
        detector.setInputBufferSize(DETECTION_BUFFER_BYTES);
        var connector = unauthenticated.newConnector(server, detector, new HttpConnectionFactory(http));
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
