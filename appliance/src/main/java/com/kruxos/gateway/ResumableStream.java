package com.kruxos.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One stream of server-sent events of a session. It outlives the connection it is written to: what a client missed when
 * its connection broke is kept, within bounds, until it asks for it with {@code Last-Event-ID}. Safe for any thread.
 */
final class ResumableStream {
    private static final int MAX_STORED_EVENTS = 256;
    private static final long MAX_STORED_BYTES = 1 << 20;

    /** How soon a client may come back that lost its connection. */
    private static final int RETRY_MILLIS = 1_000;

    private final long number;
    private final ArrayDeque<StoredEvent> storedEvents = new ArrayDeque<>();
    private long storedBytes;
    private long nextSequence = 1;
    private boolean complete;
    private long completedAtNanos;
    private @Nullable SseResponse response;

    private static final class StoredEvent {
        private final long sequence;
        private final byte[] text;

        StoredEvent(long seq, byte[] text) {
            this.sequence = seq;
            this.text = text;
        }
    }

    ResumableStream(long number) {
        this.number = number;
    }

    long number() {
        return number;
    }

    /** Sends one message, or keeps it for when the client comes back. */
    synchronized void send(byte[] message) {
        if (!complete) {
            append(message);
        }
    }

    /** An event without a message, so that a client which loses the connection knows what to ask for. */
    synchronized void sendPrimingEvent() {
        append(new byte[0]);
    }

    /** Nothing follows. */
    synchronized void complete() {
        complete = true;
        completedAtNanos = System.nanoTime();
        var to = response;
        response = null;
        if (to != null) {
            to.end();
        }
    }

    /** Goes on over another connection, behind the event {@code after}; an older connection is ended. */
    synchronized void attach(SseResponse to, long after) {
        var before = response;
        response = to;
        to.onClosed(() -> detach(to));
        if (before != null) {
            before.end();
        }
        for (var event : storedEvents) {
            if (event.sequence > after) {
                to.write(event.text);
            }
        }
        if (complete) {
            response = null;
            to.end();
        }
    }

    /** Whether somebody is there to read. */
    synchronized boolean isAttached() {
        return response != null;
    }

    /** Ends the connection, if there is one, and forgets what was kept. */
    synchronized void discard() {
        storedEvents.clear();
        storedBytes = 0;
        complete();
    }

    /** Bytes that are kept for a client that may come back. */
    synchronized long storedBytes() {
        return storedBytes;
    }

    synchronized boolean isCompletedBefore(long nanoTime) {
        return complete && completedAtNanos - nanoTime < 0;
    }

    private synchronized void detach(SseResponse which) {
        if (response == which) {
            response = null;
        }
    }

    private void append(byte[] message) {
        var event = new StoredEvent(nextSequence, encode(nextSequence, message));
        nextSequence++;
        storedEvents.add(event);
        storedBytes += event.text.length;
        // The newest is kept whatever its size: it may be the answer.
        while (storedEvents.size() > 1 && (storedEvents.size() > MAX_STORED_EVENTS || storedBytes > MAX_STORED_BYTES)) {
            storedBytes -= storedEvents.remove().text.length;
        }
        if (response != null) {
            response.write(event.text);
        }
    }

    private byte[] encode(long seq, byte[] message) {
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
