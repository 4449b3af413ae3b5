package com.kruxos.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An agent key, without its secret.
 *
 * @param lastFour the last four characters of the secret
 * @param expires the first instant at which it is not valid; absent when it has no expiry of its own
 */
public record AgentKey(
        String id,
        String lastFour,
        Instant created,
        @Nullable Instant expires) {
    boolean isValidAt(Instant now) {
        return expires == null || now.isBefore(expires);
    }

    /** The same key, expiring at {@code end} unless it expires earlier. */
    AgentKey expiringBy(Instant end) {
        return expires != null && expires.isBefore(end) ? this : new AgentKey(id, lastFour, created, end);
    }
}
