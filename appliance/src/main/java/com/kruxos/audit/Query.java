package com.kruxos.audit;

import org.jspecify.annotations.Nullable;

/**
 * Which records to read. Conditions that are null do not count; those that are given must all hold.
 *
 * @param after only records with a higher number; the first {@code limit} of them
 * @param before only records with a lower number; the last {@code limit} of them unless {@code after} is given
 * @param limit at most this many, 1 to {@link #MOST}; more is read as that
 * @param agent the id of an agent: what it did itself
 * @param principal a chain's name, such as {@code user:u1}
 * @param kind exactly this kind
 */
public record Query(
        @Nullable Long after,
        @Nullable Long before,
        int limit,
        @Nullable String agent,
        @Nullable String principal,
        @Nullable String kind) {
    public static final int MOST = 500;

    public Query {
        limit = Math.clamp(limit, 1, MOST);
    }

    /** The newest records. */
    public static Query newest(int limit) {
        return new Query(null, null, limit, null, null, null);
    }

    /** The records that follow one. */
    public static Query after(long seq, int limit) {
        return new Query(seq, null, limit, null, null, null);
    }

    /** Whether the nearest to the end are wanted, rather than those that follow {@code after}. */
    boolean fromTheEnd() {
        return after == null;
    }
}
