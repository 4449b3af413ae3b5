package com.kruxos.audit;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** An entry for the writer, and the thread that waits for it, or the slot of the {@link Spool} that holds it. */
final class WriteRequest {
    private static final AuditEntry BARRIER_ENTRY = AuditEntry.bySystem("", "").outcome("");

    private static final long WAITING = Long.MIN_VALUE;
    private static final long REFUSED = -1;

    final AuditEntry entry;
    final boolean synced;
    /**
     * The request offered before this one. Written by its caller before it is offered, by the writer after it was
     * taken.
     */
    @Nullable
    WriteRequest next;
    /** Sequence number and hash of the record. Belong to the writer until {@link #complete}. */
    long seq;

    byte[] hash = {};
    /** The slot that holds an outcome; {@link Spool#NO_SLOT} when a thread waits. */
    private final int slot;

    private final @Nullable Thread waiter;
    private @Nullable WriteFailure failure; // written before state, read after it
    private volatile long state = WAITING;

    /** The current thread waits for it. */
    WriteRequest(AuditEntry entry, boolean synced) {
        this.entry = entry;
        this.synced = synced;
        slot = Spool.NO_SLOT;
        waiter = Thread.currentThread();
    }

    /** No thread waits for it; the outcome is in a slot of the spool. */
    WriteRequest(AuditEntry outcome, int slot) {
        entry = outcome;
        synced = false;
        this.slot = slot;
        waiter = null;
    }

    /** Writes nothing: its caller knows that all earlier requests are written. */
    static WriteRequest barrier() {
        return new WriteRequest(BARRIER_ENTRY, false);
    }

    boolean isBarrier() {
        return entry.kind().isEmpty();
    }

    boolean isAwaited() {
        return waiter != null;
    }

    /** Parks until the writer is done. An interrupt does not cut this short: the record may be half written. */
    void await() {
        var interrupted = false;
        while (state == WAITING) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw new AuditWriteFailed(failure);
        }
    }

    /** Called when the entry is in the file. */
    void complete(Spool spool) {
        if (slot != Spool.NO_SLOT) {
            spool.release(slot);
        }
        state = seq;
        LockSupport.unpark(waiter);
    }

    void fail(WriteFailure reason) {
        failure = reason;
        state = REFUSED;
        LockSupport.unpark(waiter);
    }
}
