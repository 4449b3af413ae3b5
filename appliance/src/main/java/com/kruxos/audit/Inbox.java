package com.kruxos.audit;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where callers leave entries for the writer. Putting is one compare-and-set; the writer is woken only when it really
 * sleeps, so that under load nobody pays for a wake-up of a thread that is busy anyway.
 */
final class Inbox {
    /** Wait until something comes. */
    static final long FOREVER = Long.MAX_VALUE;

    private static final Pending SHUT =
            new Pending(new Entry("", Principal.system(), null, null, "", null, "", null, Details.none()), false);

    private final AtomicReference<@Nullable Pending> newest = new AtomicReference<>();
    private final AtomicBoolean asleep = new AtomicBoolean();
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
        wake();
        return true;
    }

    void wake() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            LockSupport.unpark(writer);
        }
    }

    /** Moves all there is to the end of {@code to}, oldest first; sleeps at most that long when there is nothing. */
    void take(ArrayDeque<Pending> to, long nanos) {
        if (drain(newest.getAndSet(null), to)) {
            return;
        }
        asleep.set(true);
        if (newest.get() == null) {
            LockSupport.parkNanos(this, nanos);
            Thread.interrupted(); // nobody means to; but were it set, we would spin
        }
        asleep.set(false);
        drain(newest.getAndSet(null), to);
    }

    /** Takes the rest; from now on nothing can be put. */
    void shut(ArrayDeque<Pending> to) {
        drain(newest.getAndSet(SHUT), to);
    }

    private static boolean drain(@Nullable Pending newest, ArrayDeque<Pending> to) {
        var some = newest != null;
        var oldest = (Pending) null;
        while (newest != null) {
            var before = newest.next;
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
        return some;
    }
}
