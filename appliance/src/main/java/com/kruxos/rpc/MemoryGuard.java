package com.kruxos.rpc;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Refuses long messages when the heap that all messages share is nearly full. Memory is not counted per message, since
 * a message is copied through calls, queues and streams: the heap itself is measured, before each allocation. One guard
 * serves the whole process. Safe for any thread.
 */
public final class MemoryGuard {
    /** Up to this length messages are never refused. */
    public static final int SMALL_MESSAGE_BYTES = 64 << 10;

    /**
     * The share of the heap in which messages may be received. The rest is for copies of a message, up to two at a
     * time, and for everything else.
     */
    private static final double MESSAGE_SHARE = 0.5;

    /** Above this share no new request is accepted. */
    private static final double LOW_MEMORY_SHARE = 0.75;

    /** Collecting garbage is worthwhile again when this share of the heap was allocated since the last collection. */
    private static final double COLLECTION_SHARE = 0.125;

    private static final long COLLECTION_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Refuses nothing. */
    public static final MemoryGuard NONE = new MemoryGuard(new HeapMonitor() {
        @Override
        public long maxBytes() {
            return Long.MAX_VALUE;
        }

        @Override
        public long usedBytes() {
            return 0;
        }

        @Override
        public void collect() {}
    });

    /** How the heap is measured. */
    public interface HeapMonitor {
        long maxBytes();

        /** Including garbage. */
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

    /** A guard of this process's heap. */
    public static MemoryGuard ofHeap() {
        var runtime = Runtime.getRuntime();
        return new MemoryGuard(new HeapMonitor() {
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
    }

    /**
     * Copies bytes to a longer array.
     *
     * @param wait how long to wait for memory
     * @return null when there is no memory
     */
    public byte @Nullable [] tryGrow(byte[] bytes, int capacity, Duration wait) {
        if (capacity <= SMALL_MESSAGE_BYTES) {
            return Arrays.copyOf(bytes, capacity);
        }
        var deadline = System.nanoTime() + wait.toNanos();
        var grown = tryGrowOnce(bytes, capacity);
        while (grown == null
                && System.nanoTime() - deadline < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(POLL_NANOS);
            grown = tryGrowOnce(bytes, capacity);
        }
        return grown;
    }

    /** Whether memory is so low that no request should be accepted. Cheap. */
    public boolean isMemoryLow() {
        return usesMoreThan(LOW_MEMORY_SHARE) && isLowAfterCollection();
    }

    private synchronized boolean isLowAfterCollection() {
        return usesMoreThan(LOW_MEMORY_SHARE) && (!tryCollect() || usesMoreThan(LOW_MEMORY_SHARE));
    }

    private boolean usesMoreThan(double share) {
        return heap.usedBytes() > heap.maxBytes() * share;
    }

    /** Allocates under the lock; otherwise two threads would both count on the same free memory. */
    private synchronized byte @Nullable [] tryGrowOnce(byte[] bytes, int capacity) {
        return fits(capacity) || (tryCollect() && fits(capacity)) ? Arrays.copyOf(bytes, capacity) : null;
    }

    private boolean fits(int capacity) {
        return heap.usedBytes() + capacity <= heap.maxBytes() * MESSAGE_SHARE;
    }

    /** Collects garbage, unless that was done a moment ago: it pauses all threads. */
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
