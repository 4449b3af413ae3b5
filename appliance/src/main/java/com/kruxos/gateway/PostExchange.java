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
 * One POST that asks something, and how it is answered.
 *
 * <pre>
 *   WAITING ──all answered──► one JSON text ──► DONE
 *      └──news, or a second is over──► STREAM of events ──all answered──► DONE
 * </pre>
 *
 * A quick answer is one JSON text, the cheapest there is; what takes longer becomes a stream, which can be kept alive
 * and taken up again after a break. Safe for any thread.
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

    /** @param requests how many answers it waits for */
    PostExchange(
            McpHttpSession talk,
            SseResponses sinks,
            HttpServletResponse response,
            AcceptHeader accepted,
            int requests,
            boolean batch) {
        this.session = talk;
        this.sseResponses = sinks;
        this.response = response;
        this.accept = accepted;
        this.pendingResponses = requests;
        this.batch = batch;
        if (!accepted.json()) {
            openStream();
        }
    }

    /** Returns when the response is written, or its client has gone; until then the container keeps its hands off. */
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

    /** The session has ended: the client is told so, and no answer goes to it any more. */
    void abort() {
        synchronized (this) {
            if (done) {
                return;
            }
            responses.clear();
        }
        finish();
    }

    /** Becomes a stream when it has waited since before {@code nanoTime}. */
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

    /** To be called once, when nothing is added to the answers any more. */
    private void writeResponse() {
        try {
            if (batch && !responses.isEmpty()) {
                writeBatch();
            } else if (!responses.isEmpty()) {
                writeJson(response, HttpServletResponse.SC_OK, responses.getFirst());
            } else if (session.isEnded()) {
                HttpListener.writeProblem(response, StreamableHttp.SESSION_GONE);
            } else {
                // The agent took its request back and waits for nothing.
                response.setStatus(HttpServletResponse.SC_OK);
                response.setContentType(accept.eventStream() ? "text/event-stream" : "application/json");
            }
        } catch (IOException | RuntimeException e) {
            // The client is gone; without a stream it cannot come back for its answer.
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

    /** The answers to a batch, one behind the other as they are: there may be many, and long ones. */
    private void writeBatch() throws IOException {
        var length = responses.stream().mapToLong(answer -> answer.length + 1L).sum() + 1;
        writeHead(response, HttpServletResponse.SC_OK, length);
        var out = response.getOutputStream();
        var between = '[';
        for (var answer : responses) {
            out.write(between);
            out.write(answer);
            between = ',';
        }
        out.write(']');
    }
}
