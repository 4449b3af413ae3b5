package com.kruxos.audit;

/** A record on the disk that announces something; {@link AuditLog#recordOutcome} says how it ended. */
public final class RecordedIntent {
    private final AuditEntry entry;
    private final long seq;
    private final byte[] hash;

    RecordedIntent(AuditEntry entry, long seq, byte[] hash) {
        this.entry = entry;
        this.seq = seq;
        this.hash = hash;
    }

    /** Its number. */
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
