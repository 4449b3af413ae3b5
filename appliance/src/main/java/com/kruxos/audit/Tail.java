package com.kruxos.audit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The number of the last committed record, and those who wait for the next. Safe for any thread. */
final class Tail {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private volatile long last;
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean ended;

    long last() {
        return last;
    }

    /** Called by the writer alone. Takes the lock only when somebody waits. */
    void moveTo(long seq) {
        last = seq;
        if (waiting.get() > 0) {
            wakeAll();
        }
    }

    void end() {
        ended = true;
        wakeAll();
    }

    boolean awaitAfter(long seq, Duration atMost) {
        lock.lock();
        try {
            waiting.incrementAndGet();
            var left = TimeUnit.NANOSECONDS.convert(atMost);
            while (last <= seq && !ended && left > 0) {
                left = moved.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            waiting.decrementAndGet();
            lock.unlock();
        }
        return last > seq;
    }

    private void wakeAll() {
        lock.lock();
        try {
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
