package com.kruxos.session;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** How much has begun and not ended yet, and the end of all beginning. Safe for any thread. */
public final class DrainGate {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean closed;

    /** One more; false when none may begin any more. */
    public boolean enter() {
        // Counted before it is asked: whoever closes and then counts misses nobody.
        count.incrementAndGet();
        if (closed) {
            leave();
            return false;
        }
        return true;
    }

    public void leave() {
        count.decrementAndGet();
    }

    /** From when this returns none begins. */
    public void close() {
        closed = true;
    }

    public boolean isClosed() {
        return closed;
    }

    /** Waits for the last; gives how many are left after that time. */
    public int awaitDrained(Duration atMost) {
        var deadline = System.nanoTime() + atMost.toNanos();
        while (count.get() > 0
                && System.nanoTime() < deadline
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        return count.get();
    }
}
