package com.kruxos.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** HTTP/1.1 on a Unix-domain socket that only its owner can reach. */
public final class UnixDoor implements AutoCloseable {
    /** Requests are handed to threads of their own at once: these only move bytes. */
    private static final int THREADS = 8;

    private static final int HEADER_BYTES = 8 * 1024;
    private static final int BACKLOG = 64;
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final Server server;
    private final Path socket;

    private UnixDoor(Server server, Path socket) {
        this.server = server;
        this.socket = socket;
    }

    /**
     * Listens when this returns.
     *
     * @param socket a path at which nothing exists, of at most 100 bytes
     * @throws CannotListen when the socket cannot be made
     */
    public static UnixDoor open(Path socket, Handler handler) {
        var server = new Server(threads("admin-socket", THREADS));
        var connector =
                new UnixDomainServerConnector(server, 1, 1, new HttpConnectionFactory(configuration(HEADER_BYTES)));
        connector.setUnixDomainPath(socket);
        connector.setIdleTimeout(IDLE.toMillis());
        connector.setAcceptQueueSize(BACKLOG);
        server.addConnector(connector);
        server.setHandler(handler);
        server.setErrorHandler(new ProblemHandler(Face.PROGRAMS));
        var door = new UnixDoor(server, socket);
        try {
            server.start();
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            return door;
        } catch (Exception e) {
            door.close();
            throw new CannotListen(socket, "check that the folder is ours and the disk is writable", e);
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

    /** Sends the whole reply and returns once it is handed to the system; {@code callback} is completed then. */
    public static void reply(Response response, Callback callback, int status, String contentType, byte[] body)
            throws IOException {
        Unread.discard(response);
        response.setStatus(status);
        if (!contentType.isEmpty()) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        }
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        Content.Sink.write(response, true, ByteBuffer.wrap(body));
        callback.succeeded();
    }

    /** The path as the client wrote it, without what only Jetty could decode; never null. */
    public static String path(Request request) {
        var path = request.getHttpURI().getCanonicalPath();
        return path == null ? "" : path;
    }

    /** With a queue of our own: Jetty's default queue costs 80 to 200 ms at start. */
    static QueuedThreadPool threads(String name, int most) {
        var pool = new QueuedThreadPool(most, 1, 60_000, 0, new LinkedBlockingQueue<>(), null);
        pool.setName(name);
        pool.setDaemon(true);
        return pool;
    }

    static HttpConfiguration configuration(int headers) {
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
