package com.kruxos.transport;

import com.kruxos.egress.HttpRoundTrip;
import com.kruxos.transport.ServerConnection.SendResult;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is under way on one connection over HTTP: how much there may be, and how it ends. For any thread.
 *
 * <pre>
 *   OPEN ──wane──► WANING, nothing new enters ──the last message leaves, or end──► ENDED, trips are cut
 *     └───────────────────────────────────────end────────────────────────────────────┘
 * </pre>
 */
final class HttpConnectionState {
    /** How many messages may wait for their answers. */
    static final int MAX_IN_FLIGHT = 256;

    /** What overtakes is let in above the limits, so that calls can be cancelled when all is full. */
    private static final int PRIORITY_EXTRA = 64;

    private static final long PRIORITY_EXTRA_BYTES = 1 << 20;

    private final MessageListener listener;
    private final long maxBytes;
    private final CountDownLatch endNotified = new CountDownLatch(1);

    // Guarded by this.
    private final Set<HttpRoundTrip> roundTrips = new HashSet<>();
    private int inFlight;
    private long unsentBytes;
    private @Nullable String endReason;
    private boolean ended;

    HttpConnectionState(MessageListener receiver, long mostBytes) {
        this.listener = receiver;
        this.maxBytes = mostBytes;
    }

    /**
     * Lets a message in, if there is room. One that is accepted must be {@link #releaseBytes} and {@link #complete}.
     */
    synchronized SendResult admit(OutboundMessage message) {
        if (endReason != null) {
            return SendResult.CLOSED;
        }
        var length = message.bytes().length;
        var ahead = message.isPriority();
        if (inFlight >= MAX_IN_FLIGHT + (ahead ? PRIORITY_EXTRA : 0)
                || unsentBytes + length > maxBytes + (ahead ? PRIORITY_EXTRA_BYTES : 0)) {
            return SendResult.BUSY;
        }
        inFlight++;
        unsentBytes += length;
        return SendResult.ACCEPTED;
    }

    /** A message's bytes wait no longer: the server has them, or never will. */
    synchronized void releaseBytes(OutboundMessage message) {
        unsentBytes -= message.bytes().length;
    }

    void complete() {
        boolean last;
        synchronized (this) {
            last = --inFlight == 0 && endReason != null;
        }
        if (last) {
            finish();
        }
    }

    /** Begins a trip. When all is over it breaks at once. */
    void start(HttpRoundTrip trip) {
        boolean open;
        synchronized (this) {
            open = !ended;
            if (open) {
                roundTrips.add(trip);
            }
        }
        if (!open) {
            trip.abort();
        }
        trip.start();
    }

    synchronized void remove(HttpRoundTrip trip) {
        roundTrips.remove(trip);
    }

    synchronized boolean isOpen() {
        return endReason == null;
    }

    /** Whether the receiver was told the end, and should hear nothing more. */
    synchronized boolean isEnded() {
        return ended;
    }

    /** Takes nothing new, and ends when the last message has left. */
    void drain(String reason) {
        boolean empty;
        synchronized (this) {
            endReason = endReason == null ? reason : endReason;
            empty = inFlight == 0;
        }
        if (empty) {
            finish();
        }
    }

    /**
     * Ends it now; the first reason counts.
     *
     * @param farewell run before what is under way is cut, unless it was ending already
     */
    void end(String reason, Runnable farewell) {
        boolean first;
        synchronized (this) {
            first = endReason == null;
            endReason = first ? reason : endReason;
        }
        if (first) {
            farewell.run();
        }
        finish();
    }

    private void finish() {
        List<HttpRoundTrip> left;
        String reason;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            left = List.copyOf(roundTrips);
            reason = String.valueOf(endReason);
        }
        left.forEach(HttpRoundTrip::abort);
        try {
            listener.onEnd(reason);
        } finally {
            endNotified.countDown();
        }
    }

    /** Waits until the receiver was told, a while at most. */
    void awaitEnd(long atMostSeconds) {
        try {
            var _ = endNotified.await(atMostSeconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
