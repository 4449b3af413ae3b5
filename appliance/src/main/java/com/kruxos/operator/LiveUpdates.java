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

/**
 * Sends the parts of the first page anew when they have changed, as server-sent events. Watching is not doing
 * something: the seat still ends when nothing else is done, and this with it.
 */
final class LiveUpdates {
    /** Streams at once, of everybody. */
    static final int MAX_STREAMS = 64;

    /** Rests between two looks when nothing is recorded: what is in flight changes all the same. */
    private static final int WAITS_PER_ROUND = 8;

    /** Short beside the time a door that closes gives to those it serves, so that streams end and are not cut. */
    private static final Duration WAIT = Duration.ofMillis(250);

    private static final long MIN_INTERVAL_MILLIS = TimeUnit.SECONDS.toMillis(1);

    /** Below the time after which a silent connection is closed. */
    private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final byte[] KEEP_ALIVE = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Admin admin;
    private final HomePages home;
    private final Semaphore capacity = new Semaphore(MAX_STREAMS);
    private final CountDownLatch closing = new CountDownLatch(1);

    LiveUpdates(Admin admin, HomePages home) {
        this.admin = admin;
        this.home = home;
    }

    /** Sends until the peer is gone, the seat ends, or we do. On a virtual thread of its own. */
    void stream(OperatorSession seat, Response response) throws IOException {
        if (!capacity.tryAcquire()) {
            throw new PageError(503, "Too many pages are watched", "no more can be sent live now", "Close some.");
        }
        try {
            response.setStatus(200);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
            write(response, KEEP_ALIVE);
            sendUntilClosed(seat, response);
            Content.Sink.write(response, true, ByteBuffer.allocate(0));
        } finally {
            capacity.release();
        }
    }

    /** From now on all of them end, within half a second. */
    void close() {
        closing.countDown();
    }

    private void sendUntilClosed(OperatorSession seat, Response response) throws IOException {
        var sent = new EnumMap<LiveRegion, byte[]>(LiveRegion.class);
        var spoke = System.nanoTime();
        while (admin.operators().isActive(seat)) {
            var seen = admin.status().auditRecords();
            var news = changedRegions(sent);
            if (news.length > 0) {
                write(response, news);
                spoke = System.nanoTime();
            } else if (System.nanoTime() - spoke > KEEP_ALIVE_NANOS) {
                write(response, KEEP_ALIVE);
                spoke = System.nanoTime();
            }
            // Not more often than a person can read, however much is recorded.
            if (isClosingWithin(MIN_INTERVAL_MILLIS)) {
                return;
            }
            awaitChange(seen);
        }
    }

    private void awaitChange(long seen) {
        for (var rest = 0; rest < WAITS_PER_ROUND && closing.getCount() > 0; rest++) {
            if (admin.audit().awaitAfter(seen, WAIT)) {
                return;
            }
        }
    }

    /** Whether we are to end within this time. */
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
        var now = home.model();
        for (var part : LiveRegion.values()) {
            try (var rendered = now.render(part)) {
                var bytes = Arrays.copyOf(rendered.array(), rendered.length());
                var before = sent.put(part, bytes);
                if (before == null || !Arrays.equals(before, bytes)) {
                    appendEvent(events, part.id(), bytes);
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
