package com.kruxos.audit;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** An entry on its way to the file, and the thread that waits for it; or a slot of the {@link Spool} that does. */
final class Pending {
    private static final Entry NOTHING =
            new Entry("", Principal.system(), null, null, "", null, "", null, Details.none());

    private static final long WAITING = Long.MIN_VALUE;
    private static final long REFUSED = -1;

    final Entry entry;
    final boolean synced;
    /** The one put before; written by its thread before it is put, by the writer after it was taken. */
    @Nullable
    Pending next;
    /** The number and hash it got; the writer's alone until {@link #done}. */
    long seq;

    byte[] hash = {};
    /** Where an ending lies meanwhile; {@link Spool#NONE} when a thread waits. */
    private final int slot;

    private final @Nullable Thread waiter;
    private @Nullable Trouble trouble; // written before state, read after it
    private volatile long state = WAITING;

    /** Its maker waits for it. */
    Pending(Entry entry, boolean synced) {
        this.entry = entry;
        this.synced = synced;
        slot = Spool.NONE;
        waiter = Thread.currentThread();
    }

    /** Nobody waits for it. */
    Pending(Entry ending, int slot) {
        entry = ending;
        synced = false;
        this.slot = slot;
        waiter = null;
    }

    /** Nothing to be written: whoever waits for it knows that all before it is in the file. */
    static Pending mark() {
        return new Pending(NOTHING, false);
    }

    boolean isMark() {
        return entry.kind().isEmpty();
    }

    boolean isAwaited() {
        return waiter != null;
    }

    /** Parks until the writer is done with it. An interrupt does not shorten this: the record may be half written. */
    void await() {
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
    }

    /** It is in the file. */
    void done(Spool spool) {
        if (slot != Spool.NONE) {
            spool.free(slot);
        }
        state = seq;
        LockSupport.unpark(waiter);
    }

    void refuse(Trouble why) {
        trouble = why;
        state = REFUSED;
        LockSupport.unpark(waiter);
    }
}
