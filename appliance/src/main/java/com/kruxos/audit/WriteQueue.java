package com.kruxos.audit;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Entries from many callers for the one writer thread. Offering is one compare-and-set. The writer is woken only when
 * it sleeps, so that under load no caller pays to wake a thread that is running. A request without a waiting caller
 * does not end the first, short sleep: it is written together with the next one.
 */
final class WriteQueue {
    /** Wait until a request arrives. */
    static final long FOREVER_NANOS = Long.MAX_VALUE;

    /** The length of the first sleep, and so the longest that a request without a waiting caller is left here. */
    private static final long SHORT_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final WriteRequest CLOSED = WriteRequest.barrier();

    /** How long the writer thread sleeps. */
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

    /** False after {@link #close}. */
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

    /** Moves all requests to the end of {@code to}, oldest first; sleeps up to {@code nanos} when there are none. */
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
        if (newest.get() == null) { // otherwise it was offered before callers could see that we sleep
            LockSupport.parkNanos(this, nanos);
            Thread.interrupted(); // a pending interrupt would make the next park return at once
        }
        sleepState.set(SleepState.AWAKE);
    }

    /** Takes the remaining requests; later ones are not accepted. */
    void close(ArrayDeque<WriteRequest> to) {
        moveOldestFirst(newest.getAndSet(CLOSED), to);
    }

    /** Returns whether a caller waits for any of them. */
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
