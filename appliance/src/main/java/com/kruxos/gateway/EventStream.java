package com.kruxos.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One stream of server-sent events of a session. It outlives the connection it is written to: what a client missed when
 * its connection broke is kept, within bounds, until it asks for it with {@code Last-Event-ID}. Safe for any thread.
 */
final class EventStream {
    private static final int MOST_EVENTS = 256;
    private static final long MOST_BYTES = 1 << 20;

    /** How soon a client may come back that lost its connection. */
    private static final int RETRY_MILLIS = 1_000;

    private final long number;
    private final ArrayDeque<Event> kept = new ArrayDeque<>();
    private long keptBytes;
    private long next = 1;
    private boolean complete;
    private long completedAt;
    private @Nullable EventSink sink;

    private static final class Event {
        private final long seq;
        private final byte[] text;

        Event(long seq, byte[] text) {
            this.seq = seq;
            this.text = text;
        }
    }

    EventStream(long number) {
        this.number = number;
    }

    long number() {
        return number;
    }

    /** Sends one message, or keeps it for when the client comes back. */
    synchronized void send(byte[] message) {
        if (!complete) {
            put(message);
        }
    }

    /** An event without a message, so that a client which loses the connection knows what to ask for. */
    synchronized void prime() {
        put(new byte[0]);
    }

    /** Nothing follows. */
    synchronized void finish() {
        complete = true;
        completedAt = System.nanoTime();
        var to = sink;
        sink = null;
        if (to != null) {
            to.end();
        }
    }

    /** Goes on over another connection, behind the event {@code after}; an older connection is ended. */
    synchronized void attach(EventSink to, long after) {
        var before = sink;
        sink = to;
        to.whenDead(() -> detach(to));
        if (before != null) {
            before.end();
        }
        for (var event : kept) {
            if (event.seq > after) {
                to.write(event.text);
            }
        }
        if (complete) {
            sink = null;
            to.end();
        }
    }

    /** Whether somebody is there to read. */
    synchronized boolean attached() {
        return sink != null;
    }

    /** Ends the connection, if there is one, and forgets what was kept. */
    synchronized void drop() {
        kept.clear();
        keptBytes = 0;
        finish();
    }

    /** Bytes that are kept for a client that may come back. */
    synchronized long keptBytes() {
        return keptBytes;
    }

    synchronized boolean completedBefore(long nanoTime) {
        return complete && completedAt - nanoTime < 0;
    }

    private synchronized void detach(EventSink which) {
        if (sink == which) {
            sink = null;
        }
    }

    private void put(byte[] message) {
        var event = new Event(next, text(next, message));
        next++;
        kept.add(event);
        keptBytes += event.text.length;
        // The newest is kept whatever its size: it may be the answer.
        while (kept.size() > 1 && (kept.size() > MOST_EVENTS || keptBytes > MOST_BYTES)) {
            keptBytes -= kept.remove().text.length;
        }
        if (sink != null) {
            sink.write(event.text);
        }
    }

    private byte[] text(long seq, byte[] message) {
        var head = "id: " + new EventId(number, seq)
                + (message.length == 0 ? "\nretry: " + RETRY_MILLIS + "\ndata: " : "\nevent: message\ndata: ");
        var from = head.length();
        var bytes = Arrays.copyOf(head.getBytes(StandardCharsets.US_ASCII), from + message.length + 2);
        System.arraycopy(message, 0, bytes, from, message.length);
        bytes[bytes.length - 2] = '\n';
        bytes[bytes.length - 1] = '\n';
        // Line ends between the tokens of a JSON text mean nothing there, and much here.
        for (var i = from; i < bytes.length - 2; i++) {
            if (bytes[i] == '\n' || bytes[i] == '\r') {
                bytes[i] = ' ';
            }
        }
        return bytes;
    }
}
