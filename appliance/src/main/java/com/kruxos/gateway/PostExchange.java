package com.kruxos.gateway;

import com.kruxos.session.Responder;
import com.kruxos.web.HttpListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One POST with requests in it, and its response.
 *
 * <pre>
 *   WAITING ──all answered──► one JSON text ──► DONE
 *      └──related message, or one second──► STREAM of events ──all answered──► DONE
 * </pre>
 *
 * A quick response is one JSON text, which is cheapest. A slower one becomes an event stream, which can be kept alive
 * and resumed after a broken connection. Safe for any thread.
 */
final class PostExchange implements Responder {
    private final McpHttpSession session;
    private final SseResponses sseResponses;
    private final HttpServletResponse response;
    private final AcceptHeader accept;
    private final boolean batch;
    private final long startedNanos = System.nanoTime();
    private final CountDownLatch written = new CountDownLatch(1);

    // Guarded by this.
    private int pendingResponses;
    private final List<byte[]> responses = new ArrayList<>(1);
    private @Nullable ResumableStream stream;
    private boolean done;

    /** @param batch the messages of the POST and whether they were sent as an array */
    PostExchange(
            McpHttpSession session,
            SseResponses sseResponses,
            HttpServletResponse response,
            AcceptHeader accept,
            PostedMessages batch) {
        this.session = session;
        this.sseResponses = sseResponses;
        this.response = response;
        this.accept = accept;
        this.pendingResponses = batch.requestCount();
        this.batch = batch.isBatch();
        if (!accept.json()) {
            openStream();
        }
    }

    /** Returns when the response is written or its client has disconnected; the container may then end the request. */
    void awaitWritten() {
        try {
            written.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void sendRelated(byte[] message) {
        if (!done && accept.eventStream()) {
            openStream().send(message);
        }
    }

    @Override
    public boolean canSendRelated() {
        return accept.eventStream();
    }

    @Override
    public void respond(byte[] message) {
        synchronized (this) {
            if (done) {
                return;
            }
            if (stream == null) {
                responses.add(message);
            } else {
                stream.send(message);
            }
            if (--pendingResponses > 0) {
                return;
            }
        }
        finish();
    }

    @Override
    public void endWithoutResponse() {
        synchronized (this) {
            if (done || --pendingResponses > 0) {
                return;
            }
        }
        finish();
    }

    /** The session has ended: the client is told so and gets no responses. */
    void abort() {
        synchronized (this) {
            if (done) {
                return;
            }
            responses.clear();
        }
        finish();
    }

    synchronized void switchToStreamIfOlder(long nanoTime) {
        if (!done && stream == null && accept.eventStream() && startedNanos - nanoTime < 0) {
            openStream();
        }
    }

    private ResumableStream openStream() {
        var open = stream;
        if (open == null) {
            open = session.openResponseStream(sseResponses.open(response, written::countDown));
            stream = open;
            responses.forEach(open::send);
            responses.clear();
        }
        return open;
    }

    private void finish() {
        synchronized (this) {
            if (done) {
                return;
            }
            done = true;
            session.removePost(this);
            if (stream != null) {
                stream.complete();
                return;
            }
        }
        writeResponse();
    }

    /** Called once, when no response is added any more. */
    private void writeResponse() {
        try {
            if (batch && !responses.isEmpty()) {
                writeBatch();
            } else if (!responses.isEmpty()) {
                writeJson(response, HttpServletResponse.SC_OK, responses.getFirst());
            } else if (session.isEnded()) {
                HttpListener.writeProblem(response, StreamableHttp.SESSION_GONE);
            } else {
                // The agent cancelled its request, so it gets no response.
                response.setStatus(HttpServletResponse.SC_OK);
                response.setContentType(accept.eventStream() ? "text/event-stream" : "application/json");
            }
        } catch (IOException | RuntimeException e) {
            // The client has disconnected; without a stream it cannot resume.
        } finally {
            written.countDown();
        }
    }

    static void writeJson(HttpServletResponse response, int status, byte[] text) throws IOException {
        writeHead(response, status, text.length);
        response.getOutputStream().write(text);
    }

    private static void writeHead(HttpServletResponse response, int status, long length) {
        response.setStatus(status);
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLengthLong(length);
    }

    /** Writes the responses one by one, without a copy of all of them together. */
    private void writeBatch() throws IOException {
        var length =
                responses.stream().mapToLong(message -> message.length + 1L).sum() + 1;
        writeHead(response, HttpServletResponse.SC_OK, length);
        var out = response.getOutputStream();
        var separator = '[';
        for (var message : responses) {
            out.write(separator);
            out.write(message);
            separator = ',';
        }
        out.write(']');
    }
}
