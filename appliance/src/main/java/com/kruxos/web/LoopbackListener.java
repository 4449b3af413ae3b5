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
 * HTTP/1.1 on a TCP port that only this machine reaches. {@link #bind} takes the port, so that its number is known;
 * {@link #serve} begins to answer.
 */
public final class LoopbackListener implements AutoCloseable {
    /** Requests are handed to threads of their own at once: these only move bytes. */
    private static final int MAX_THREADS = 8;

    private static final int MAX_HEADER_BYTES = 16 << 10;
    static final int MAX_UNAUTHENTICATED = 128;
    private static final int MAX_CONNECTIONS = 512;
    private static final long IDLE_MILLIS = 30_000;
    private static final long STOP_MILLIS = 2_000;

    /** How long somebody may be connected before they have shown who they are. */
    private static final Duration AUTHENTICATION_TIMEOUT = Duration.ofSeconds(10);

    private final Server server;
    private final ServerConnector connector;
    private final String description;
    private final Set<String> allowedNames;

    private LoopbackListener(Server server, ServerConnector connector, String where, Set<String> names) {
        this.server = server;
        this.connector = connector;
        this.description = where;
        this.allowedNames = names;
    }

    /**
     * Takes the port. Until {@link #serve} connections are accepted by the system and wait.
     *
     * @param host the literal of a loopback address
     * @param port 0 takes a free one
     * @param names the DNS names a request may be addressed to, beside localhost and addresses
     * @throws ListenFailed when the address is not this machine's alone, or the port cannot be had
     */
    public static LoopbackListener bind(String name, String host, int port, Set<String> names) {
        return bind(name, host, port, names, AUTHENTICATION_TIMEOUT);
    }

    static LoopbackListener bind(String name, String host, int port, Set<String> names, Duration stranger) {
        var where = host + ":" + port + " for the " + name;
        if (!isLoopback(host)) {
            throw new ListenFailed(
                    where + ": it is for this machine only",
                    "use 127.0.0.1 or ::1; from elsewhere go through ssh -L " + port + ":127.0.0.1:" + port,
                    null);
        }
        var server = new Server(UnixSocketListener.newThreadPool(name, MAX_THREADS));
        var connector = newConnector(server, host, port, stranger);
        var door = new LoopbackListener(server, connector, where, names);
        try {
            connector.open();
            return door;
        } catch (IOException e) {
            door.close();
            throw portInUse(where, e);
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

    /**
     * Answers from when this returns until {@link #close}.
     *
     * @param handler asked for what was addressed to us, and not sent by a page of somebody else
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

    /** Whoever sent this has shown a credential that counts: the connection is kept. Does nothing at other doors. */
    public static void markAuthenticated(Request request) {
        var metadata = request.getConnectionMetaData();
        var strangers = metadata.getConnector().getBean(UnauthenticatedConnections.class);
        if (strangers != null) {
            strangers.markAuthenticated(metadata.getConnection());
        }
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

    /** Literals only: what a name stands for today, others may change. */
    private static boolean isLoopback(String host) {
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static ServerConnector newConnector(Server server, String host, int port, Duration stranger) {
        var connector = new UnauthenticatedConnections(MAX_UNAUTHENTICATED, stranger)
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

    private static ListenFailed portInUse(String where, Exception cause) {
        return new ListenFailed(
                where + ": the port is in use, or not ours",
                "stop what uses the port (ss -ltnp shows it), or move all our ports with --port-offset N",
                cause);
    }
}
