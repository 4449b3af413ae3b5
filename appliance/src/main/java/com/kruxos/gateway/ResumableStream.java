package com.kruxos.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One event stream of a session. It outlives its HTTP response: what a client missed when its connection broke is
 * stored, within limits, until it resumes with {@code Last-Event-ID}. Safe for any thread.
 */
final class ResumableStream {
    private static final int MAX_STORED_EVENTS = 256;
    private static final long MAX_STORED_BYTES = 1 << 20;

    /** How soon a client that lost its connection may connect again. */
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

    /** Sends one message and stores it for a client that resumes. */
    synchronized void send(byte[] message) {
        if (!complete) {
            append(message);
        }
    }

    /** Sends an event without a message, so that a client that loses the connection has an id to resume from. */
    synchronized void sendPrimingEvent() {
        append(new byte[0]);
    }

    /** Ends the stream. */
    synchronized void complete() {
        complete = true;
        completedAtNanos = System.nanoTime();
        var to = response;
        response = null;
        if (to != null) {
            to.end();
        }
    }

    /** Continues on another response, after the event {@code after}; an older response is ended. */
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

    /** Whether a client is connected. */
    synchronized boolean isAttached() {
        return response != null;
    }

    /** Ends the stream and deletes what is stored. */
    synchronized void discard() {
        storedEvents.clear();
        storedBytes = 0;
        complete();
    }

    /** Bytes stored for a client that may resume. */
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
        // The newest is kept whatever its size: it may be the response.
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
        // Line ends have no meaning between JSON tokens, but end a line of an event.
        for (var i = from; i < bytes.length - 2; i++) {
            if (bytes[i] == '\n' || bytes[i] == '\r') {
                bytes[i] = ' ';
            }
        }
        return bytes;
    }
}
