package com.kruxos.rpc;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Memory for long messages. Each has its limit, but many at once, of agents and of servers, would fill the heap that
 * all share. Who holds what is not counted, since a message passes through calls, queues and streams: the heap itself
 * is asked, each time before a message takes more of it. For any thread.
 */
public final class Room {
    /** Up to so many bytes a message takes memory without asking. */
    public static final int SHORT = 64 << 10;

    /**
     * A message may only begin to lie in this part of the heap. The rest is for the other forms it takes on its way, of
     * which there may be two at a time, and for all that is no long message.
     */
    private static final double PART = 0.5;

    /** Above this nothing more should begin. */
    private static final double TIGHT = 0.75;

    /** When so much of the heap was taken since garbage was freed last, it pays to do it again. */
    private static final double WORTHWHILE = 0.125;

    private static final long SELDOM = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(50);

    /** That of this process. */
    public static final Room HEAP = new Room(new Heap() {
        private final Runtime runtime = Runtime.getRuntime();

        @Override
        public long most() {
            return runtime.maxMemory();
        }

        @Override
        public long used() {
            return runtime.totalMemory() - runtime.freeMemory();
        }

        @Override
        public void collect() {
            System.gc();
        }
    });

    /** What is asked, in bytes. */
    public interface Heap {
        long most();

        /** With garbage. */
        long used();

        /** Frees the garbage. */
        void collect();
    }

    private final Heap heap;

    // Guarded by this.
    private long collected = System.nanoTime() - SELDOM;
    private long left;

    public Room(Heap heap) {
        this.heap = heap;
    }

    /**
     * A copy with this capacity; null when there is no memory for it.
     *
     * @param patience how long it may be waited for
     */
    public byte @Nullable [] grown(byte[] bytes, int capacity, Duration patience) {
        if (capacity <= SHORT) {
            return Arrays.copyOf(bytes, capacity);
        }
        var deadline = System.nanoTime() + patience.toNanos();
        var grown = tryGrow(bytes, capacity);
        while (grown == null
                && System.nanoTime() - deadline < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK);
            grown = tryGrow(bytes, capacity);
        }
        return grown;
    }

    /** Whether there is so little memory that even what needs little should not begin. Costs next to nothing. */
    public boolean tight() {
        return above(TIGHT) && tightAfterAll();
    }

    private synchronized boolean tightAfterAll() {
        return above(TIGHT) && (!collects() || above(TIGHT));
    }

    private boolean above(double part) {
        return heap.used() > heap.most() * part;
    }

    /** Taken under the lock: else two would both see the room that one of them takes. */
    private synchronized byte @Nullable [] tryGrow(byte[] bytes, int capacity) {
        return fits(capacity) || (collects() && fits(capacity)) ? Arrays.copyOf(bytes, capacity) : null;
    }

    private boolean fits(int capacity) {
        return heap.used() + capacity <= heap.most() * PART;
    }

    /** Whether the garbage was freed; that stops everybody for a moment, so it is not done for nothing. */
    private boolean collects() {
        if (System.nanoTime() - collected < SELDOM && heap.used() - left < heap.most() * WORTHWHILE) {
            return false;
        }
        heap.collect();
        collected = System.nanoTime();
        left = heap.used();
        return true;
    }
}
