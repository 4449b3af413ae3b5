package com.kruxos.gateway;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP response that carries server-sent events. Whoever writes never waits: a virtual thread takes what is in line
 * to the client, and lives only as long as there is something. A client that does not read is cut when its backlog is
 * full.
 */
final class EventSink {
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpServletResponse response;
    private final Consumer<EventSink> closed;

    // Guarded by this.
    private final ArrayDeque<byte[]> line = new ArrayDeque<>();
    private long waiting;
    private boolean writing;
    private boolean ending;
    private boolean dead;
    private Runnable whenDead = () -> {};

    private volatile long lastWrite = System.nanoTime();

    /**
     * Takes a response nothing was written to yet.
     *
     * @param closed told when it is over
     */
    EventSink(HttpServletResponse response, Consumer<EventSink> closed) {
        this.response = response;
        this.closed = closed;
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentType("text/event-stream");
        response.setHeader("Cache-Control", "no-store, no-transform");
        // Some proxies collect a response before they pass it on, unless told not to.
        response.setHeader("X-Accel-Buffering", "no");
    }

    /** Sends the head. */
    void begin() {
        write(new byte[0]);
    }

    /** What to do when the connection is lost; at once if it already is. */
    void whenDead(Runnable action) {
        synchronized (this) {
            whenDead = action;
            if (!dead) {
                return;
            }
        }
        action.run();
    }

    synchronized void write(byte[] bytes) {
        if (dead || ending) {
            return;
        }
        if (Backlog.full(waiting)) {
            line.clear();
            ending = true;
        } else {
            line.add(bytes);
            waiting += bytes.length;
        }
        wake();
    }

    /** Keeps proxies from taking silence for death. */
    void comment(long silentSince) {
        if (lastWrite - silentSince < 0) {
            write(COMMENT);
        }
    }

    /** Ends the response behind what is in line. */
    synchronized void end() {
        ending = true;
        wake();
    }

    private void wake() {
        if (!writing && !dead) {
            writing = true;
            Thread.startVirtualThread(this::drain);
        }
    }

    private void drain() {
        try {
            while (true) {
                var next = next();
                if (next == null) {
                    break;
                }
                response.getOutputStream().write(next);
                if (nothingWaits()) {
                    response.flushBuffer();
                }
                lastWrite = System.nanoTime();
            }
        } catch (IOException | RuntimeException e) {
            die();
        }
    }

    private synchronized boolean nothingWaits() {
        return line.isEmpty();
    }

    /** The next piece; absent when this thread has nothing to do any more. */
    private byte @Nullable [] next() {
        synchronized (this) {
            if (!line.isEmpty()) {
                var next = Objects.requireNonNull(line.poll());
                waiting -= next.length;
                return next;
            }
            if (!ending) {
                writing = false;
                return null;
            }
        }
        die();
        return null;
    }

    private void die() {
        Runnable action;
        synchronized (this) {
            if (dead) {
                return;
            }
            dead = true;
            line.clear();
            action = whenDead;
        }
        try {
            response.getOutputStream().close();
        } catch (IOException | RuntimeException e) {
            // The client is gone, or the container ended it before us.
        }
        action.run();
        closed.accept(this);
    }
}
