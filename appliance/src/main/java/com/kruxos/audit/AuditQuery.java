package com.kruxos.audit;

import org.jspecify.annotations.Nullable;

/**
 * Which records to read. Conditions that are null do not count; those that are given must all hold.
 *
 * @param after only records with a higher number; the first {@code limit} of them
 * @param before only records with a lower number; the last {@code limit} of them unless {@code after} is given
 * @param limit at most this many, 1 to {@link #MAX_LIMIT}; more is read as that
 * @param agent the id of an agent: what it did itself
 * @param principal a chain's name, such as {@code user:u1}
 * @param kind exactly this kind
 */
public record AuditQuery(
        @Nullable Long after,
        @Nullable Long before,
        int limit,
        @Nullable String agent,
        @Nullable String principal,
        @Nullable String kind) {
    public static final int MAX_LIMIT = 500;

    public AuditQuery {
        limit = Math.clamp(limit, 1, MAX_LIMIT);
    }

    /** The newest records. */
    public static AuditQuery newest(int limit) {
        return new AuditQuery(null, null, limit, null, null, null);
    }

    /** The records that follow one. */
    public static AuditQuery after(long seq, int limit) {
        return new AuditQuery(seq, null, limit, null, null, null);
    }

    /** Whether the nearest to the end are wanted, rather than those that follow {@code after}. */
    boolean isNewestFirst() {
        return after == null;
    }
}
