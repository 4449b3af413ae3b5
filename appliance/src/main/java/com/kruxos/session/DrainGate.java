package com.kruxos.session;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Counts operations in progress, and can refuse new ones and wait for the last. Safe for any thread. */
public final class DrainGate {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean closed;

    /** Starts an operation; false when the gate is closed. */
    public boolean enter() {
        // Counted before the check, so that a thread that closes and then waits misses none.
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

    /** After this returns, no operation starts. */
    public void close() {
        closed = true;
    }

    public boolean isClosed() {
        return closed;
    }

    /** Waits until no operation is in progress; returns how many are left after the timeout. */
    public int awaitDrained(Duration timeout) {
        var deadline = System.nanoTime() + timeout.toNanos();
        while (count.get() > 0
                && System.nanoTime() < deadline
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        return count.get();
    }
}
