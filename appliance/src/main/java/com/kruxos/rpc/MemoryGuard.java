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
public final class MemoryGuard {
    /** Up to so many bytes a message takes memory without asking. */
    public static final int SMALL_MESSAGE_BYTES = 64 << 10;

    /**
     * A message may only begin to lie in this part of the heap. The rest is for the other forms it takes on its way, of
     * which there may be two at a time, and for all that is no long message.
     */
    private static final double MESSAGE_SHARE = 0.5;

    /** Above this nothing more should begin. */
    private static final double LOW_MEMORY_SHARE = 0.75;

    /** When so much of the heap was taken since garbage was freed last, it pays to do it again. */
    private static final double COLLECTION_SHARE = 0.125;

    private static final long COLLECTION_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** That of this process. */
    public static final MemoryGuard HEAP = new MemoryGuard(new HeapMonitor() {
        private final Runtime runtime = Runtime.getRuntime();

        @Override
        public long maxBytes() {
            return runtime.maxMemory();
        }

        @Override
        public long usedBytes() {
            return runtime.totalMemory() - runtime.freeMemory();
        }

        @Override
        public void collect() {
            System.gc();
        }
    });

    /** What is asked, in bytes. */
    public interface HeapMonitor {
        long maxBytes();

        /** With garbage. */
        long usedBytes();

        /** Frees the garbage. */
        void collect();
    }

    private final HeapMonitor heap;

    // Guarded by this.
    private long lastCollectionNanos = System.nanoTime() - COLLECTION_INTERVAL_NANOS;
    private long usedAfterCollection;

    public MemoryGuard(HeapMonitor heap) {
        this.heap = heap;
    }

    /**
     * A copy with this capacity; null when there is no memory for it.
     *
     * @param patience how long it may be waited for
     */
    public byte @Nullable [] tryGrow(byte[] bytes, int capacity, Duration patience) {
        if (capacity <= SMALL_MESSAGE_BYTES) {
            return Arrays.copyOf(bytes, capacity);
        }
        var deadline = System.nanoTime() + patience.toNanos();
        var grown = tryGrowOnce(bytes, capacity);
        while (grown == null
                && System.nanoTime() - deadline < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(POLL_NANOS);
            grown = tryGrowOnce(bytes, capacity);
        }
        return grown;
    }

    /** Whether there is so little memory that even what needs little should not begin. Costs next to nothing. */
    public boolean isMemoryLow() {
        return usesMoreThan(LOW_MEMORY_SHARE) && isLowAfterCollection();
    }

    private synchronized boolean isLowAfterCollection() {
        return usesMoreThan(LOW_MEMORY_SHARE) && (!tryCollect() || usesMoreThan(LOW_MEMORY_SHARE));
    }

    private boolean usesMoreThan(double part) {
        return heap.usedBytes() > heap.maxBytes() * part;
    }

    /** Taken under the lock: else two would both see the room that one of them takes. */
    private synchronized byte @Nullable [] tryGrowOnce(byte[] bytes, int capacity) {
        return fits(capacity) || (tryCollect() && fits(capacity)) ? Arrays.copyOf(bytes, capacity) : null;
    }

    private boolean fits(int capacity) {
        return heap.usedBytes() + capacity <= heap.maxBytes() * MESSAGE_SHARE;
    }

    /** Whether the garbage was freed; that stops everybody for a moment, so it is not done for nothing. */
    private boolean tryCollect() {
        if (System.nanoTime() - lastCollectionNanos < COLLECTION_INTERVAL_NANOS
                && heap.usedBytes() - usedAfterCollection < heap.maxBytes() * COLLECTION_SHARE) {
            return false;
        }
        heap.collect();
        lastCollectionNanos = System.nanoTime();
        usedAfterCollection = heap.usedBytes();
        return true;
    }
}
