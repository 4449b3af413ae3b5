package com.kruxos.operator;

import com.kruxos.admin.Admin;
import com.kruxos.dashboard.home.LiveRegion;
import com.kruxos.identity.OperatorSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends changed regions of the home page as server-sent events. A stream does not extend the idle timeout of its
 * session, and ends with the session.
 */
final class LiveUpdates {
    private static final Logger LOG = LoggerFactory.getLogger(LiveUpdates.class);

    static final int MAX_STREAMS = 64;

    /** The page is rendered again after this many waits without a record: calls in flight change without one. */
    private static final int WAITS_PER_ROUND = 8;

    /** Much shorter than the stop timeout of the listener, so that streams end cleanly. */
    private static final Duration WAIT = Duration.ofMillis(250);

    private static final long MIN_INTERVAL_MILLIS = TimeUnit.SECONDS.toMillis(1);

    /** Less than the idle timeout of connections. */
    private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final byte[] KEEP_ALIVE = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Admin admin;
    private final HomePages home;
    private final Semaphore permits = new Semaphore(MAX_STREAMS);
    private final CountDownLatch closing = new CountDownLatch(1);

    LiveUpdates(Admin admin, HomePages home) {
        this.admin = admin;
        this.home = home;
    }

    /** Sends until the client disconnects, the session ends, or the appliance stops. Blocks a virtual thread. */
    void stream(OperatorSession session, Response response, Callback callback) {
        try {
            if (permits.tryAcquire()) {
                send(session, response);
            } else {
                response.setStatus(503);
            }
            callback.succeeded();
        } catch (IOException | RuntimeException e) {
            LOG.debug("an event stream ended", e);
            callback.failed(e);
        }
    }

    private void send(OperatorSession session, Response response) throws IOException {
        try {
            response.setStatus(200);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
            write(response, KEEP_ALIVE);
            sendUntilClosed(session, response);
            Content.Sink.write(response, true, ByteBuffer.allocate(0));
        } finally {
            permits.release();
        }
    }

    /** Ends all streams within half a second. */
    void close() {
        closing.countDown();
    }

    private void sendUntilClosed(OperatorSession session, Response response) throws IOException {
        var sent = new EnumMap<LiveRegion, byte[]>(LiveRegion.class);
        var lastWrite = System.nanoTime();
        while (admin.operators().isActive(session)) {
            var seen = admin.status().auditRecords();
            var events = changedRegions(sent);
            if (events.length > 0) {
                write(response, events);
                lastWrite = System.nanoTime();
            } else if (System.nanoTime() - lastWrite > KEEP_ALIVE_NANOS) {
                write(response, KEEP_ALIVE);
                lastWrite = System.nanoTime();
            }
            // At most one update a second, which is as fast as people read.
            if (isClosingWithin(MIN_INTERVAL_MILLIS)) {
                return;
            }
            awaitChange(seen);
        }
    }

    private void awaitChange(long seen) {
        for (var wait = 0; wait < WAITS_PER_ROUND && closing.getCount() > 0; wait++) {
            if (admin.audit().awaitAfter(seen, WAIT)) {
                return;
            }
        }
    }

    /** Waits; true if the appliance stops. */
    private boolean isClosingWithin(long millis) {
        try {
            return closing.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private byte[] changedRegions(Map<LiveRegion, byte[]> sent) {
        var events = new ByteArrayOutputStream();
        var page = home.model();
        for (var region : LiveRegion.values()) {
            try (var rendered = page.render(region)) {
                var bytes = Arrays.copyOf(rendered.array(), rendered.length());
                var before = sent.put(region, bytes);
                if (before == null || !Arrays.equals(before, bytes)) {
                    appendEvent(events, region.id(), bytes);
                }
            }
        }
        return events.toByteArray();
    }

    private static void appendEvent(ByteArrayOutputStream out, String name, byte[] data) {
        out.writeBytes(("event: " + name + "\n").getBytes(StandardCharsets.UTF_8));
        for (var line : new String(data, StandardCharsets.UTF_8).split("\r\n|\r|\n", -1)) {
            out.writeBytes(("data: " + line + "\n").getBytes(StandardCharsets.UTF_8));
        }
        out.write('\n');
    }

    private static void write(Response response, byte[] bytes) throws IOException {
        Content.Sink.write(response, false, ByteBuffer.wrap(bytes));
    }
}
