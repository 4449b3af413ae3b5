package com.kruxos.audit;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** An entry on its way to the file, and the thread that waits for it. */
final class Pending {
    private static final long WAITING = 0;
    private static final long REFUSED = -1;

    final Entry entry;
    final boolean synced;
    /** The one put before; written by its thread before it is put, by the writer after it was taken. */
    @Nullable
    Pending next;
    /** The number it got; the writer's alone until {@link #done}. */
    long seq;

    private final Thread waiter = Thread.currentThread();
    private @Nullable Trouble trouble; // written before state, read after it
    private volatile long state = WAITING;

    Pending(Entry entry, boolean synced) {
        this.entry = entry;
        this.synced = synced;
    }

    /** Parks until the writer is done with it. An interrupt does not shorten this: the record may be half written. */
    long await() {
        var interrupted = false;
        while (state == WAITING) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (trouble != null) {
            throw new CannotRecord(trouble);
        }
        return state;
    }

    void done() {
        state = seq;
        LockSupport.unpark(waiter);
    }

    void refuse(Trouble why) {
        trouble = why;
        state = REFUSED;
        LockSupport.unpark(waiter);
    }
}
