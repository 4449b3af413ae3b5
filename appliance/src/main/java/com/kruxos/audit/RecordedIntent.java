package com.kruxos.audit;

/** An intent that is on the disk. {@link AuditLog#recordOutcome} records how it ended. */
public final class RecordedIntent {
    private final AuditEntry entry;
    private final long seq;
    private final byte[] hash;

    RecordedIntent(AuditEntry entry, long seq, byte[] hash) {
        this.entry = entry;
        this.seq = seq;
        this.hash = hash;
    }

    public long seq() {
        return seq;
    }

    AuditEntry entry() {
        return entry;
    }

    byte[] hash() {
        return hash;
    }
}
