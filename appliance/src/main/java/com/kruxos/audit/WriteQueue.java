package com.kruxos.audit;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where callers leave entries for the writer. Putting is one compare-and-set; the writer is woken only when it really
 * sleeps, so that under load nobody pays for a wake-up of a thread that is busy anyway. What nobody waits for does not
 * wake it from its first sleep, which is short: it goes with the next that somebody waits for.
 */
final class WriteQueue {
    /** Wait until something comes. */
    static final long FOREVER_NANOS = Long.MAX_VALUE;

    /** How long the first sleep is, and so how long something that nobody waits for may lie here. */
    private static final long SHORT_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final WriteRequest CLOSED = WriteRequest.barrier();

    /** How the writer sleeps. */
    private enum SleepState {
        AWAKE,
        SHORT,
        LONG
    }

    private final AtomicReference<@Nullable WriteRequest> newest = new AtomicReference<>();
    private final AtomicReference<SleepState> sleepState = new AtomicReference<>(SleepState.AWAKE);
    private final Thread writer;

    WriteQueue(Thread writer) {
        this.writer = writer;
    }

    /** False when the inbox is shut. */
    boolean offer(WriteRequest entry) {
        WriteRequest before;
        do {
            before = newest.get();
            if (before == CLOSED) {
                return false;
            }
            entry.next = before;
        } while (!newest.compareAndSet(before, entry));
        if (entry.isAwaited() || sleepState.get() == SleepState.LONG) {
            wake();
        }
        return true;
    }

    private void wake() {
        var how = sleepState.get();
        if (how != SleepState.AWAKE && sleepState.compareAndSet(how, SleepState.AWAKE)) {
            LockSupport.unpark(writer);
        }
    }

    /** Moves all there is to the end of {@code to}, oldest first; sleeps at most that long when there is nothing. */
    void drainTo(ArrayDeque<WriteRequest> to, long nanos) {
        if (moveOldestFirst(newest.getAndSet(null), to)) {
            return;
        }
        sleep(SleepState.SHORT, Math.min(nanos, SHORT_SLEEP_NANOS));
        moveOldestFirst(newest.getAndSet(null), to);
        if (to.isEmpty() && nanos > SHORT_SLEEP_NANOS) {
            sleep(SleepState.LONG, nanos);
            moveOldestFirst(newest.getAndSet(null), to);
        }
    }

    private void sleep(SleepState how, long nanos) {
        sleepState.set(how);
        if (newest.get() == null) { // else it was put before anybody could see that we sleep
            LockSupport.parkNanos(this, nanos);
            Thread.interrupted(); // nobody means to; but were it set, we would spin
        }
        sleepState.set(SleepState.AWAKE);
    }

    /** Takes the rest; from now on nothing can be put. */
    void close(ArrayDeque<WriteRequest> to) {
        moveOldestFirst(newest.getAndSet(CLOSED), to);
    }

    /** Whether somebody waits for any of these. */
    private static boolean moveOldestFirst(@Nullable WriteRequest newest, ArrayDeque<WriteRequest> to) {
        var awaited = false;
        var oldest = (WriteRequest) null;
        while (newest != null) {
            var before = newest.next;
            awaited |= newest.isAwaited();
            newest.next = oldest;
            oldest = newest;
            newest = before;
        }
        while (oldest != null) {
            to.addLast(oldest);
            var after = oldest.next;
            oldest.next = null;
            oldest = after;
        }
        return awaited;
    }
}
