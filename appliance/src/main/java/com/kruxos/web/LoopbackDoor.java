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
public final class LoopbackDoor implements AutoCloseable {
    /** Requests are handed to threads of their own at once: these only move bytes. */
    private static final int THREADS = 8;

    private static final int HEADERS = 16 << 10;
    static final int MOST_STRANGERS = 128;
    private static final int MOST_CONNECTIONS = 512;
    private static final long IDLE_MILLIS = 30_000;
    private static final long STOP_MILLIS = 2_000;

    /** How long somebody may be connected before they have shown who they are. */
    private static final Duration STRANGER = Duration.ofSeconds(10);

    private final Server server;
    private final ServerConnector connector;
    private final String where;
    private final Set<String> names;

    private LoopbackDoor(Server server, ServerConnector connector, String where, Set<String> names) {
        this.server = server;
        this.connector = connector;
        this.where = where;
        this.names = names;
    }

    /**
     * Takes the port. Until {@link #serve} connections are accepted by the system and wait.
     *
     * @param host the literal of a loopback address
     * @param port 0 takes a free one
     * @param names the DNS names a request may be addressed to, beside localhost and addresses
     * @throws CannotListen when the address is not this machine's alone, or the port cannot be had
     */
    public static LoopbackDoor bind(String name, String host, int port, Set<String> names) {
        return bind(name, host, port, names, STRANGER);
    }

    static LoopbackDoor bind(String name, String host, int port, Set<String> names, Duration stranger) {
        var where = host + ":" + port + " for the " + name;
        if (!isLoopback(host)) {
            throw new CannotListen(
                    where + ": it is for this machine only",
                    "use 127.0.0.1 or ::1; from elsewhere go through ssh -L " + port + ":127.0.0.1:" + port,
                    null);
        }
        var server = new Server(UnixDoor.threads(name, THREADS));
        var connector = connector(server, host, port, stranger);
        var door = new LoopbackDoor(server, connector, where, names);
        try {
            connector.open();
            return door;
        } catch (IOException e) {
            door.close();
            throw inUse(where, e);
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

    /**
     * Answers from when this returns until {@link #close}.
     *
     * @param handler asked for what was addressed to us, and not sent by a page of somebody else
     */
    public void serve(Handler handler) {
        server.setHandler(new KnownHosts(names, Face.PROGRAMS, handler));
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw inUse(where, e);
        }
    }

    /** Whoever sent this has shown a credential that counts: the connection is kept. Does nothing at other doors. */
    public static void known(Request request) {
        var metadata = request.getConnectionMetaData();
        var strangers = metadata.getConnector().getBean(Strangers.class);
        if (strangers != null) {
            strangers.known(metadata.getConnection());
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

    private static ServerConnector connector(Server server, String host, int port, Duration stranger) {
        var connector = new Strangers(MOST_STRANGERS, stranger)
                .connector(server, new HttpConnectionFactory(UnixDoor.configuration(HEADERS)));
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, connector));
        server.addConnector(connector);
        server.setErrorHandler(new ProblemHandler(Face.PROGRAMS));
        server.setStopTimeout(STOP_MILLIS);
        return connector;
    }

    private static CannotListen inUse(String where, Exception cause) {
        return new CannotListen(
                where + ": the port is in use, or not ours",
                "stop what uses the port (ss -ltnp shows it), or move all our ports with --port-offset N",
                cause);
    }
}
