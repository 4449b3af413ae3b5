package com.kruxos.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a key once it was shown.
 *
 * @param lastFour its last four characters
 * @param expires from this moment on it does not count; absent when it has no end of its own
 */
public record AgentKey(
        String id,
        String lastFour,
        Instant created,
        @Nullable Instant expires) {
    boolean isValidAt(Instant now) {
        return expires == null || now.isBefore(expires);
    }

    /** The same key with this end, unless it already ends earlier. */
    AgentKey expiringBy(Instant end) {
        return expires != null && expires.isBefore(end) ? this : new AgentKey(id, lastFour, created, end);
    }
}
