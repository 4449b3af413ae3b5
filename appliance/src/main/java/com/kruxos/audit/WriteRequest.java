package com.kruxos.audit;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** An entry on its way to the file, and the thread that waits for it; or a slot of the {@link Spool} that does. */
final class WriteRequest {
    private static final AuditEntry BARRIER_ENTRY =
            new AuditEntry("", AuditPrincipal.system(), null, null, "", null, "", null, Details.none());

    private static final long WAITING = Long.MIN_VALUE;
    private static final long REFUSED = -1;

    final AuditEntry entry;
    final boolean synced;
    /** The one put before; written by its thread before it is put, by the writer after it was taken. */
    @Nullable
    WriteRequest next;
    /** The number and hash it got; the writer's alone until {@link #complete}. */
    long seq;

    byte[] hash = {};
    /** Where an ending lies meanwhile; {@link Spool#NO_SLOT} when a thread waits. */
    private final int slot;

    private final @Nullable Thread waiter;
    private @Nullable WriteFailure failure; // written before state, read after it
    private volatile long state = WAITING;

    /** Its maker waits for it. */
    WriteRequest(AuditEntry entry, boolean synced) {
        this.entry = entry;
        this.synced = synced;
        slot = Spool.NO_SLOT;
        waiter = Thread.currentThread();
    }

    /** Nobody waits for it. */
    WriteRequest(AuditEntry ending, int slot) {
        entry = ending;
        synced = false;
        this.slot = slot;
        waiter = null;
    }

    /** Nothing to be written: whoever waits for it knows that all before it is in the file. */
    static WriteRequest barrier() {
        return new WriteRequest(BARRIER_ENTRY, false);
    }

    boolean isBarrier() {
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
        if (failure != null) {
            throw new AuditWriteFailed(failure);
        }
    }

    /** It is in the file. */
    void complete(Spool spool) {
        if (slot != Spool.NO_SLOT) {
            spool.release(slot);
        }
        state = seq;
        LockSupport.unpark(waiter);
    }

    void fail(WriteFailure why) {
        failure = why;
        state = REFUSED;
        LockSupport.unpark(waiter);
    }
}
