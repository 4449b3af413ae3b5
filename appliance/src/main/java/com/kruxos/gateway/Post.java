package com.kruxos.gateway;

import com.kruxos.session.Back;
import com.kruxos.web.Web;
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
final class Post implements Back {
    private final HttpTalk talk;
    private final EventSinks sinks;
    private final HttpServletResponse response;
    private final Accepted accepted;
    private final boolean batch;
    private final long began = System.nanoTime();
    private final CountDownLatch written = new CountDownLatch(1);

    // Guarded by this.
    private int waiting;
    private final List<byte[]> answers = new ArrayList<>(1);
    private @Nullable EventStream stream;
    private boolean done;

    /** @param requests how many answers it waits for */
    Post(
            HttpTalk talk,
            EventSinks sinks,
            HttpServletResponse response,
            Accepted accepted,
            int requests,
            boolean batch) {
        this.talk = talk;
        this.sinks = sinks;
        this.response = response;
        this.accepted = accepted;
        this.waiting = requests;
        this.batch = batch;
        if (!accepted.json()) {
            stream();
        }
    }

    /** Returns when the response is written, or its client has gone; until then the container keeps its hands off. */
    void await() {
        try {
            written.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void news(byte[] message) {
        if (!done && accepted.events()) {
            stream().send(message);
        }
    }

    @Override
    public boolean hears() {
        return accepted.events();
    }

    @Override
    public void answer(byte[] message) {
        synchronized (this) {
            if (done) {
                return;
            }
            if (stream == null) {
                answers.add(message);
            } else {
                stream.send(message);
            }
            if (--waiting > 0) {
                return;
            }
        }
        finish();
    }

    @Override
    public void nothing() {
        synchronized (this) {
            if (done || --waiting > 0) {
                return;
            }
        }
        finish();
    }

    /** The session has ended: the client is told so, and no answer goes to it any more. */
    void cutOff() {
        synchronized (this) {
            if (done) {
                return;
            }
            answers.clear();
        }
        finish();
    }

    /** Becomes a stream when it has waited since before {@code nanoTime}. */
    synchronized void tick(long nanoTime) {
        if (!done && stream == null && accepted.events() && began - nanoTime < 0) {
            stream();
        }
    }

    private EventStream stream() {
        var open = stream;
        if (open == null) {
            open = talk.answering(sinks.open(response, written::countDown));
            stream = open;
            answers.forEach(open::send);
            answers.clear();
        }
        return open;
    }

    private void finish() {
        synchronized (this) {
            if (done) {
                return;
            }
            done = true;
            talk.landed(this);
            if (stream != null) {
                stream.finish();
                return;
            }
        }
        write();
    }

    /** To be called once, when nothing is added to the answers any more. */
    private void write() {
        try {
            if (batch && !answers.isEmpty()) {
                array();
            } else if (!answers.isEmpty()) {
                json(response, HttpServletResponse.SC_OK, answers.getFirst());
            } else if (talk.ended()) {
                Web.write(response, StreamableHttp.SESSION_GONE);
            } else {
                // The agent took its request back and waits for nothing.
                response.setStatus(HttpServletResponse.SC_OK);
                response.setContentType(accepted.events() ? "text/event-stream" : "application/json");
            }
        } catch (IOException | RuntimeException e) {
            // The client is gone; without a stream it cannot come back for its answer.
        } finally {
            written.countDown();
        }
    }

    static void json(HttpServletResponse response, int status, byte[] text) throws IOException {
        head(response, status, text.length);
        response.getOutputStream().write(text);
    }

    private static void head(HttpServletResponse response, int status, long length) {
        response.setStatus(status);
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLengthLong(length);
    }

    /** The answers to a batch, one behind the other as they are: there may be many, and long ones. */
    private void array() throws IOException {
        var length = answers.stream().mapToLong(answer -> answer.length + 1L).sum() + 1;
        head(response, HttpServletResponse.SC_OK, length);
        var out = response.getOutputStream();
        var between = '[';
        for (var answer : answers) {
            out.write(between);
            out.write(answer);
            between = ',';
        }
        out.write(']');
    }
}
