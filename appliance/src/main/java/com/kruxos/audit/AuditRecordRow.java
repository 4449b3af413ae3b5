package com.kruxos.audit;

import org.jspecify.annotations.Nullable;

/** A row of the table of records, as stored. The arrays are never changed. */
final class AuditRecordRow {
    /** The columns in the order of {@link AuditReader#toRow}. A leaf longer than the maximum is not fetched. */
    static final String COLUMNS =
            "seq, hash, principal, kind, case when length(leaf) <= " + LeafWriter.MAX_BYTES + " then leaf end as leaf";

    private final long seq;
    private final byte[] hash;
    private final String principal;
    private final String kind;
    private final byte @Nullable [] leaf;

    AuditRecordRow(
            long seq,
            byte @Nullable [] hash,
            @Nullable String principal,
            @Nullable String kind,
            byte @Nullable [] leaf) {
        this.seq = seq;
        this.hash = hash == null ? new byte[0] : hash;
        this.principal = principal == null ? "" : principal;
        this.kind = kind == null ? "" : kind;
        this.leaf = leaf;
    }

    long seq() {
        return seq;
    }

    byte[] hash() {
        return hash;
    }

    String principal() {
        return principal;
    }

    String kind() {
        return kind;
    }

    byte @Nullable [] leaf() {
        return leaf;
    }
}
