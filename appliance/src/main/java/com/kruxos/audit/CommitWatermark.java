package com.kruxos.audit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The sequence number of the last committed record, and the threads that wait for the next. Safe for any thread. */
final class CommitWatermark {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private volatile long lastSeq;
    private final AtomicInteger waiterCount = new AtomicInteger();
    private volatile boolean closed;

    long lastSeq() {
        return lastSeq;
    }

    /** Called by the writer only. Takes the lock only when a thread waits. */
    void advanceTo(long seq) {
        lastSeq = seq;
        if (waiterCount.get() > 0) {
            wakeAll();
        }
    }

    void close() {
        closed = true;
        wakeAll();
    }

    boolean awaitAfter(long seq, Duration atMost) {
        lock.lock();
        try {
            waiterCount.incrementAndGet();
            var left = TimeUnit.NANOSECONDS.convert(atMost);
            while (lastSeq <= seq && !closed && left > 0) {
                left = advanced.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            waiterCount.decrementAndGet();
            lock.unlock();
        }
        return lastSeq > seq;
    }

    private void wakeAll() {
        lock.lock();
        try {
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
