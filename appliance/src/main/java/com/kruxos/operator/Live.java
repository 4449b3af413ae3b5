package com.kruxos.operator;

import com.kruxos.admin.Admin;
import com.kruxos.dashboard.Pages;
import com.kruxos.dashboard.Part;
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
final class Live {
    /** Streams at once, of everybody. */
    static final int MOST = 64;

    /** Rests between two looks when nothing is recorded: what is in flight changes all the same. */
    private static final int RESTS = 8;

    /** Short beside the time a door that closes gives to those it serves, so that streams end and are not cut. */
    private static final Duration REST = Duration.ofMillis(250);

    private static final long PACE = TimeUnit.SECONDS.toMillis(1);

    /** Below the time after which a silent connection is closed. */
    private static final long SILENCE = TimeUnit.SECONDS.toNanos(15);

    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Admin admin;
    private final HomePages home;
    private final Pages pages;
    private final Semaphore room = new Semaphore(MOST);
    private final CountDownLatch closing = new CountDownLatch(1);

    Live(Admin admin, HomePages home, Pages pages) {
        this.admin = admin;
        this.home = home;
        this.pages = pages;
    }

    /** Sends until the peer is gone, the seat ends, or we do. On a virtual thread of its own. */
    void send(OperatorSession seat, Response response) throws IOException {
        if (!room.tryAcquire()) {
            throw new Unacceptable(503, "Too many pages are watched", "no more can be sent live now", "Close some.");
        }
        try {
            response.setStatus(200);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
            write(response, COMMENT);
            follow(seat, response);
            Content.Sink.write(response, true, ByteBuffer.allocate(0));
        } finally {
            room.release();
        }
    }

    /** From now on all of them end, within half a second. */
    void close() {
        closing.countDown();
    }

    private void follow(OperatorSession seat, Response response) throws IOException {
        var sent = new EnumMap<Part, byte[]>(Part.class);
        var spoke = System.nanoTime();
        while (admin.operators().counts(seat)) {
            var seen = admin.status().records();
            var news = news(sent);
            if (news.length > 0) {
                write(response, news);
                spoke = System.nanoTime();
            } else if (System.nanoTime() - spoke > SILENCE) {
                write(response, COMMENT);
                spoke = System.nanoTime();
            }
            // Not more often than a person can read, however much is recorded.
            if (closes(PACE)) {
                return;
            }
            awaitNews(seen);
        }
    }

    private void awaitNews(long seen) {
        for (var rest = 0; rest < RESTS && closing.getCount() > 0; rest++) {
            if (admin.audit().awaitAfter(seen, REST)) {
                return;
            }
        }
    }

    /** Whether we are to end within this time. */
    private boolean closes(long millis) {
        try {
            return closing.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private byte[] news(Map<Part, byte[]> sent) {
        var events = new ByteArrayOutputStream();
        var now = home.home();
        for (var part : Part.values()) {
            try (var rendered = pages.part(part, now)) {
                var bytes = Arrays.copyOf(rendered.array(), rendered.length());
                var before = sent.put(part, bytes);
                if (before == null || !Arrays.equals(before, bytes)) {
                    event(events, part.id(), bytes);
                }
            }
        }
        return events.toByteArray();
    }

    private static void event(ByteArrayOutputStream out, String name, byte[] data) {
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
