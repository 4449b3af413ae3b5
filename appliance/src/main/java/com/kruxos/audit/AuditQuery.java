package com.kruxos.audit;

import org.jspecify.annotations.Nullable;

/**
 * Selects records. Conditions that are null do not apply; all others must hold.
 *
 * @param after only records with a higher sequence number; the first {@code limit} of them
 * @param before only records with a lower sequence number; the last {@code limit} of them unless {@code after} is given
 * @param limit 1 to {@link #MAX_LIMIT}; higher values mean the maximum
 * @param agent the id of an agent: records of its own acts
 * @param principal the name of a chain, such as {@code user:u1}
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

    public static AuditQuery newest(int limit) {
        return new AuditQuery(null, null, limit, null, null, null);
    }

    public static AuditQuery after(long seq, int limit) {
        return new AuditQuery(seq, null, limit, null, null, null);
    }

    /** Whether the last matching records are selected instead of the first. */
    boolean isNewestFirst() {
        return after == null;
    }
}
