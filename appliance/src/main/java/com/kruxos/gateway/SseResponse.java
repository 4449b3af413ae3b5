package com.kruxos.gateway;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP response that carries server-sent events. Writing never blocks: a virtual thread sends what is queued, and
 * exists only while something is. A client that does not read is disconnected when its queue is full.
 */
final class SseResponse {
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpServletResponse response;
    private final SendBufferLimit limit;
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
     * Sets status and headers of a response that is not committed.
     *
     * @param closeListener called once, when the response is closed
     */
    SseResponse(HttpServletResponse response, SendBufferLimit limit, Consumer<SseResponse> closeListener) {
        this.response = response;
        this.limit = limit;
        this.closeListener = closeListener;
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentType("text/event-stream");
        response.setHeader("Cache-Control", "no-store, no-transform");
        // Otherwise some proxies buffer the whole response.
        response.setHeader("X-Accel-Buffering", "no");
    }

    void sendHead() {
        write(new byte[0]);
    }

    /** Replaces the action that runs when the response is closed; runs it now if it is closed already. */
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
        if (limit.isExceeded(queuedBytes)) {
            queue.clear();
            ending = true;
        } else {
            queue.add(bytes);
            queuedBytes += bytes.length;
        }
        startWriter();
    }

    /** Keeps proxies from closing an idle connection. */
    void commentIfSilentSince(long nanoTime) {
        if (lastWriteNanos - nanoTime < 0) {
            write(COMMENT);
        }
    }

    /** Ends the response after what is queued. */
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

    /** Null when this thread has nothing more to write. */
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
            // The client has disconnected, or the container has ended the response.
        }
        action.run();
        closeListener.accept(this);
    }
}
