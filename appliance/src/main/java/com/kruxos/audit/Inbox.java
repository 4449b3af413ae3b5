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
final class Inbox {
    /** Wait until something comes. */
    static final long FOREVER = Long.MAX_VALUE;

    /** How long the first sleep is, and so how long something that nobody waits for may lie here. */
    private static final long NAP = TimeUnit.MILLISECONDS.toNanos(10);

    private static final Pending SHUT = Pending.mark();

    /** How the writer sleeps. */
    private enum Sleep {
        NONE,
        NAP,
        DEEP
    }

    private final AtomicReference<@Nullable Pending> newest = new AtomicReference<>();
    private final AtomicReference<Sleep> sleep = new AtomicReference<>(Sleep.NONE);
    private final Thread writer;

    Inbox(Thread writer) {
        this.writer = writer;
    }

    /** False when the inbox is shut. */
    boolean put(Pending entry) {
        Pending before;
        do {
            before = newest.get();
            if (before == SHUT) {
                return false;
            }
            entry.next = before;
        } while (!newest.compareAndSet(before, entry));
        if (entry.isAwaited() || sleep.get() == Sleep.DEEP) {
            wake();
        }
        return true;
    }

    private void wake() {
        var how = sleep.get();
        if (how != Sleep.NONE && sleep.compareAndSet(how, Sleep.NONE)) {
            LockSupport.unpark(writer);
        }
    }

    /** Moves all there is to the end of {@code to}, oldest first; sleeps at most that long when there is nothing. */
    void take(ArrayDeque<Pending> to, long nanos) {
        if (drain(newest.getAndSet(null), to)) {
            return;
        }
        sleep(Sleep.NAP, Math.min(nanos, NAP));
        drain(newest.getAndSet(null), to);
        if (to.isEmpty() && nanos > NAP) {
            sleep(Sleep.DEEP, nanos);
            drain(newest.getAndSet(null), to);
        }
    }

    private void sleep(Sleep how, long nanos) {
        sleep.set(how);
        if (newest.get() == null) { // else it was put before anybody could see that we sleep
            LockSupport.parkNanos(this, nanos);
            Thread.interrupted(); // nobody means to; but were it set, we would spin
        }
        sleep.set(Sleep.NONE);
    }

    /** Takes the rest; from now on nothing can be put. */
    void shut(ArrayDeque<Pending> to) {
        drain(newest.getAndSet(SHUT), to);
    }

    /** Whether somebody waits for any of these. */
    private static boolean drain(@Nullable Pending newest, ArrayDeque<Pending> to) {
        var awaited = false;
        var oldest = (Pending) null;
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
