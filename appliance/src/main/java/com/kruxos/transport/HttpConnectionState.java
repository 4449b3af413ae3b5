package com.kruxos.transport;

import com.kruxos.egress.HttpRoundTrip;
import com.kruxos.transport.ServerConnection.SendResult;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The messages and round trips in flight on one connection over HTTP, their limits, and how the connection ends.
 * Thread-safe.
 *
 * <pre>
 *   OPEN ──drain──► DRAINING, accepts no message ──last message completes, or end──► ENDED, round trips are aborted
 *     └────────────────────────────────────end─────────────────────────────────────────┘
 * </pre>
 */
final class HttpConnectionState {
    /** How many messages may wait for their response. */
    static final int MAX_IN_FLIGHT = 256;

    /** Priority messages above the limit, so that calls can be cancelled when it is reached. */
    private static final int PRIORITY_EXTRA = 64;

    private final MessageListener listener;
    private final CountDownLatch endNotified = new CountDownLatch(1);

    // Guarded by this.
    private final SendLimit unsent = new SendLimit(SendLimit.MAX_QUEUED_BYTES);
    private final Set<HttpRoundTrip> roundTrips = new HashSet<>();
    private int inFlight;
    private @Nullable String endReason;
    private boolean ended;

    HttpConnectionState(MessageListener listener) {
        this.listener = listener;
    }

    /** Accepts a message within the limits. {@link #releaseBytes} and {@link #complete} must follow. */
    synchronized SendResult admit(OutboundMessage message) {
        if (endReason != null) {
            return SendResult.CLOSED;
        }
        if (inFlight >= MAX_IN_FLIGHT + (message.isPriority() ? PRIORITY_EXTRA : 0) || !unsent.reserve(message)) {
            return SendResult.BUSY;
        }
        inFlight++;
        return SendResult.ACCEPTED;
    }

    /** The server has received the message, or never will. */
    synchronized void releaseBytes(OutboundMessage message) {
        unsent.release(message);
    }

    /** A message is answered, or has failed. */
    void complete() {
        boolean last;
        synchronized (this) {
            last = --inFlight == 0 && endReason != null;
        }
        if (last) {
            finish();
        }
    }

    /** Starts a round trip; it fails at once when the connection has ended. */
    void start(HttpRoundTrip roundTrip) {
        boolean open;
        synchronized (this) {
            open = !ended;
            if (open) {
                roundTrips.add(roundTrip);
            }
        }
        if (!open) {
            roundTrip.abort();
        }
        roundTrip.start();
    }

    synchronized void remove(HttpRoundTrip roundTrip) {
        roundTrips.remove(roundTrip);
    }

    synchronized boolean isOpen() {
        return endReason == null;
    }

    /** Whether the listener got {@code onEnd}, or is about to; it must get nothing after that. */
    synchronized boolean isEnded() {
        return ended;
    }

    /** Accepts no message any more, and ends when the last one completes. */
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
     * Ends now. The first reason is kept.
     *
     * @param beforeAbort runs before the round trips are aborted, unless the connection was draining or ended before
     */
    void end(String reason, Runnable beforeAbort) {
        boolean first;
        synchronized (this) {
            first = endReason == null;
            endReason = first ? reason : endReason;
        }
        if (first) {
            beforeAbort.run();
        }
        finish();
    }

    private void finish() {
        List<HttpRoundTrip> open;
        String reason;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            open = List.copyOf(roundTrips);
            reason = String.valueOf(endReason);
        }
        open.forEach(HttpRoundTrip::abort);
        try {
            listener.onEnd(reason);
        } finally {
            endNotified.countDown();
        }
    }

    /** Waits until the listener got {@code onEnd}. */
    void awaitEnd(long atMostSeconds) {
        DeliverySignal.await(endNotified, atMostSeconds);
    }
}
