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

/** HTTP/1.1 on a Unix domain socket with mode 0600. */
public final class UnixSocketListener implements AutoCloseable {
    /** These threads only do I/O; handlers run requests on their own threads. */
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
     * Opens the socket and processes requests until {@link #close}.
     *
     * @param socket a path of at most 100 bytes at which no file exists
     * @throws ListenFailed if the socket cannot be created
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
        var listener = new UnixSocketListener(server, socket);
        try {
            server.start();
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            return listener;
        } catch (Exception e) {
            listener.close();
            throw new ListenFailed(socket, "check that the directory belongs to this user and the disk is writable", e);
        }
    }

    @Override
    public void close() {
        try {
            server.stop();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            // The next start finds an unused socket and replaces it.
        } catch (Exception e) {
            throw new IllegalStateException("cannot stop listening on " + socket, e);
        }
    }

    /** With a LinkedBlockingQueue: Jetty's default queue costs 80 to 200 ms at start. */
    static QueuedThreadPool newThreadPool(String name, int maxThreads) {
        var pool = new QueuedThreadPool(maxThreads, 1, 60_000, 0, new LinkedBlockingQueue<>(), null);
        pool.setName(name);
        pool.setDaemon(true);
        return pool;
    }

    static HttpConfiguration newHttpConfiguration(int maxHeaderBytes) {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setSendDateHeader(true);
        http.setRequestHeaderSize(maxHeaderBytes);
        // Jetty's cache of header fields would take 100 KiB for each connection.
        http.setHeaderCacheSize(0);
        return http;
    }
}
