package com.kruxos.audit;

/** A record on the disk that announces something; {@link Audit#conclude} says how it ended. */
public final class Announced {
    private final Entry entry;
    private final long seq;
    private final byte[] hash;

    Announced(Entry entry, long seq, byte[] hash) {
        this.entry = entry;
        this.seq = seq;
        this.hash = hash;
    }

    /** Its number. */
    public long seq() {
        return seq;
    }

    Entry entry() {
        return entry;
    }

    byte[] hash() {
        return hash;
    }
}
