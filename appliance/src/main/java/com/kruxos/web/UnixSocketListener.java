package com.kruxos.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** HTTP/1.1 on a Unix-domain socket that only its owner can reach. */
public final class UnixSocketListener implements AutoCloseable {
    /** Requests are handed to threads of their own at once: these only move bytes. */
    private static final int MAX_THREADS = 8;

    private static final int MAX_HEADER_BYTES = 8 * 1024;
    private static final int ACCEPT_BACKLOG = 64;
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);

    private final Server server;
    private final Path socket;

    private UnixSocketListener(Server server, Path socket) {
        this.server = server;
        this.socket = socket;
    }

    /**
     * Listens when this returns.
     *
     * @param socket a path at which nothing exists, of at most 100 bytes
     * @throws ListenFailed when the socket cannot be made
     */
    public static UnixSocketListener open(Path socket, Handler handler) {
        var server = new Server(newThreadPool("admin-socket", MAX_THREADS));
        var connector = new UnixDomainServerConnector(
                server, 1, 1, new HttpConnectionFactory(newHttpConfiguration(MAX_HEADER_BYTES)));
        connector.setUnixDomainPath(socket);
        connector.setIdleTimeout(IDLE_TIMEOUT.toMillis());
        connector.setAcceptQueueSize(ACCEPT_BACKLOG);
        server.addConnector(connector);
        server.setHandler(handler);
        server.setErrorHandler(new ProblemErrorHandler(ErrorStyle.PROBLEM_JSON));
        var door = new UnixSocketListener(server, socket);
        try {
            server.start();
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            return door;
        } catch (Exception e) {
            door.close();
            throw new ListenFailed(socket, "check that the folder is ours and the disk is writable", e);
        }
    }

    @Override
    public void close() {
        try {
            server.stop();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            // Whoever starts next finds a socket nobody answers on, and replaces it.
        } catch (Exception e) {
            throw new IllegalStateException("cannot stop listening on " + socket, e);
        }
    }

    /** With a queue of our own: Jetty's default queue costs 80 to 200 ms at start. */
    static QueuedThreadPool newThreadPool(String name, int most) {
        var pool = new QueuedThreadPool(most, 1, 60_000, 0, new LinkedBlockingQueue<>(), null);
        pool.setName(name);
        pool.setDaemon(true);
        return pool;
    }

    static HttpConfiguration newHttpConfiguration(int headers) {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setSendDateHeader(true);
        http.setRequestHeaderSize(headers);
        // Jetty's memory of header fields would be 100 KiB for each connection.
        http.setHeaderCacheSize(0);
        return http;
    }
}
