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
final class SseResponse {
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpServletResponse response;
    private final Consumer<SseResponse> closeListener;

    // Guarded by this.
    private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
    private long queuedBytes;
    private boolean writing;
    private boolean ending;
    private boolean closed;
    private Runnable closeAction = () -> {};

    private volatile long lastWriteNanos = System.nanoTime();

    /**
     * Takes a response nothing was written to yet.
     *
     * @param closed told when it is over
     */
    SseResponse(HttpServletResponse response, Consumer<SseResponse> closed) {
        this.response = response;
        this.closeListener = closed;
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentType("text/event-stream");
        response.setHeader("Cache-Control", "no-store, no-transform");
        // Some proxies collect a response before they pass it on, unless told not to.
        response.setHeader("X-Accel-Buffering", "no");
    }

    /** Sends the head. */
    void sendHead() {
        write(new byte[0]);
    }

    /** What to do when the connection is lost; at once if it already is. */
    void onClosed(Runnable action) {
        synchronized (this) {
            closeAction = action;
            if (!closed) {
                return;
            }
        }
        action.run();
    }

    synchronized void write(byte[] bytes) {
        if (closed || ending) {
            return;
        }
        if (SendBufferLimit.isExceeded(queuedBytes)) {
            queue.clear();
            ending = true;
        } else {
            queue.add(bytes);
            queuedBytes += bytes.length;
        }
        startWriter();
    }

    /** Keeps proxies from taking silence for death. */
    void commentIfSilentSince(long silentSince) {
        if (lastWriteNanos - silentSince < 0) {
            write(COMMENT);
        }
    }

    /** Ends the response behind what is in line. */
    synchronized void end() {
        ending = true;
        startWriter();
    }

    private void startWriter() {
        if (!writing && !closed) {
            writing = true;
            Thread.startVirtualThread(this::writeQueue);
        }
    }

    private void writeQueue() {
        try {
            while (true) {
                var next = pollNext();
                if (next == null) {
                    break;
                }
                response.getOutputStream().write(next);
                if (isQueueEmpty()) {
                    response.flushBuffer();
                }
                lastWriteNanos = System.nanoTime();
            }
        } catch (IOException | RuntimeException e) {
            closeResponse();
        }
    }

    private synchronized boolean isQueueEmpty() {
        return queue.isEmpty();
    }

    /** The next piece; absent when this thread has nothing to do any more. */
    private byte @Nullable [] pollNext() {
        synchronized (this) {
            if (!queue.isEmpty()) {
                var next = Objects.requireNonNull(queue.poll());
                queuedBytes -= next.length;
                return next;
            }
            if (!ending) {
                writing = false;
                return null;
            }
        }
        closeResponse();
        return null;
    }

    private void closeResponse() {
        Runnable action;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            queue.clear();
            action = closeAction;
        }
        try {
            response.getOutputStream().close();
        } catch (IOException | RuntimeException e) {
            // The client is gone, or the container ended it before us.
        }
        action.run();
        closeListener.accept(this);
    }
}
