package com.kruxos.web;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Set;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * HTTP/1.1 on a TCP port of a loopback address. {@link #bind} opens the port, so that its number is known;
 * {@link #serve} starts to process requests.
 */
public final class LoopbackListener implements AutoCloseable {
    /** These threads only do I/O; handlers run requests on their own threads. */
    private static final int MAX_THREADS = 8;

    private static final int MAX_HEADER_BYTES = 16 << 10;
    static final int MAX_UNAUTHENTICATED = 128;
    private static final int MAX_CONNECTIONS = 512;
    private static final long IDLE_MILLIS = 30_000;
    private static final long STOP_MILLIS = 2_000;

    /** How long a connection may exist without an authenticated request. */
    private static final Duration AUTHENTICATION_TIMEOUT = Duration.ofSeconds(10);

    private final Server server;
    private final ServerConnector connector;
    private final String description;
    private final Set<String> allowedNames;

    private LoopbackListener(Server server, ServerConnector connector, String description, Set<String> names) {
        this.server = server;
        this.connector = connector;
        this.description = description;
        this.allowedNames = names;
    }

    /**
     * Opens the port. Until {@link #serve}, the operating system queues connections.
     *
     * @param host a loopback address literal
     * @param port 0 for any free port
     * @param names allowed DNS names in {@code Host}, besides localhost and addresses
     * @throws ListenFailed if the address is not a loopback address or the port is not available
     */
    public static LoopbackListener bind(String name, String host, int port, Set<String> names) {
        return bind(name, host, port, names, AUTHENTICATION_TIMEOUT);
    }

    static LoopbackListener bind(
            String name, String host, int port, Set<String> names, Duration authenticationTimeout) {
        var description = host + ":" + port + " for the " + name;
        if (!isLoopback(host)) {
            throw new ListenFailed(
                    description + ": only loopback addresses are allowed",
                    "use 127.0.0.1 or ::1; from another machine use ssh -L " + port + ":127.0.0.1:" + port,
                    null);
        }
        var server = new Server(UnixSocketListener.newThreadPool(name, MAX_THREADS));
        var connector = newConnector(server, host, port, authenticationTimeout);
        var listener = new LoopbackListener(server, connector, description, names);
        try {
            connector.open();
            return listener;
        } catch (IOException e) {
            listener.close();
            throw portInUse(description, e);
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

    /**
     * Processes requests until {@link #close}.
     *
     * @param handler receives the requests that pass {@link HostFilter}
     */
    public void serve(Handler handler) {
        server.setHandler(new HostFilter(allowedNames, ErrorStyle.PROBLEM_JSON, handler));
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw portInUse(description, e);
        }
    }

    /** The request had a valid credential: its connection may stay open. Does nothing on other listeners. */
    public static void markAuthenticated(Request request) {
        var metadata = request.getConnectionMetaData();
        var connections = metadata.getConnector().getBean(UnauthenticatedConnections.class);
        if (connections != null) {
            connections.markAuthenticated(metadata.getConnection());
        }
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

    /** Only literals: the address of a name can change. */
    private static boolean isLoopback(String host) {
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static ServerConnector newConnector(Server server, String host, int port, Duration authenticationTimeout) {
        var connector = new UnauthenticatedConnections(MAX_UNAUTHENTICATED, authenticationTimeout)
                .newConnector(
                        server, new HttpConnectionFactory(UnixSocketListener.newHttpConfiguration(MAX_HEADER_BYTES)));
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, connector));
        server.addConnector(connector);
        server.setErrorHandler(new ProblemErrorHandler(ErrorStyle.PROBLEM_JSON));
        server.setStopTimeout(STOP_MILLIS);
        return connector;
    }

    private static ListenFailed portInUse(String description, Exception cause) {
        return new ListenFailed(
                description + ": the port is in use or not permitted",
                "stop the process that uses the port (ss -ltnp shows it), or move all ports with --port-offset N",
                cause);
    }
}
