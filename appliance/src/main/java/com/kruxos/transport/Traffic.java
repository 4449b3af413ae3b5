package com.kruxos.transport;

import com.kruxos.transport.Connection.Sent;
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
final class Traffic {
    /** How many messages may wait for their answers. */
    static final int AT_ONCE = 256;

    /** What overtakes is let in above the limits, so that calls can be cancelled when all is full. */
    private static final int AHEAD = 64;

    private static final long AHEAD_BYTES = 1 << 20;

    private final Receiver receiver;
    private final long mostBytes;
    private final CountDownLatch told = new CountDownLatch(1);

    // Guarded by this.
    private final Set<Trip> trips = new HashSet<>();
    private int messages;
    private long bytes;
    private @Nullable String why;
    private boolean ended;

    Traffic(Receiver receiver, long mostBytes) {
        this.receiver = receiver;
        this.mostBytes = mostBytes;
    }

    /** Lets a message in, if there is room. One that is accepted must be {@link #taken} and {@link #leave}. */
    synchronized Sent enter(Outgoing message) {
        if (why != null) {
            return Sent.CLOSED;
        }
        var length = message.bytes().length;
        var ahead = message.ahead();
        if (messages >= AT_ONCE + (ahead ? AHEAD : 0) || bytes + length > mostBytes + (ahead ? AHEAD_BYTES : 0)) {
            return Sent.BUSY;
        }
        messages++;
        bytes += length;
        return Sent.ACCEPTED;
    }

    /** A message's bytes wait no longer: the server has them, or never will. */
    synchronized void taken(Outgoing message) {
        bytes -= message.bytes().length;
    }

    void leave() {
        boolean last;
        synchronized (this) {
            last = --messages == 0 && why != null;
        }
        if (last) {
            finish();
        }
    }

    /** Begins a trip. When all is over it breaks at once. */
    void begin(Trip trip) {
        boolean open;
        synchronized (this) {
            open = !ended;
            if (open) {
                trips.add(trip);
            }
        }
        if (!open) {
            trip.abort();
        }
        trip.start();
    }

    synchronized void over(Trip trip) {
        trips.remove(trip);
    }

    synchronized boolean alive() {
        return why == null;
    }

    /** Whether the receiver was told the end, and should hear nothing more. */
    synchronized boolean ended() {
        return ended;
    }

    /** Takes nothing new, and ends when the last message has left. */
    void wane(String reason) {
        boolean empty;
        synchronized (this) {
            why = why == null ? reason : why;
            empty = messages == 0;
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
            first = why == null;
            why = first ? reason : why;
        }
        if (first) {
            farewell.run();
        }
        finish();
    }

    private void finish() {
        List<Trip> left;
        String reason;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            left = List.copyOf(trips);
            reason = String.valueOf(why);
        }
        left.forEach(Trip::abort);
        try {
            receiver.ended(reason);
        } finally {
            told.countDown();
        }
    }

    /** Waits until the receiver was told, a while at most. */
    void awaitEnd(long atMostSeconds) {
        try {
            var _ = told.await(atMostSeconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
