package com.kruxos.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change of an agent's properties.
 *
 * @param purpose absent to keep it
 * @param expires absent to keep or remove it
 * @param removesExpiry whether the expiry is removed
 */
public record AgentEdit(@Nullable String purpose, @Nullable Instant expires, boolean removesExpiry) {
    public static AgentEdit withoutExpiry(@Nullable String purpose) {
        return new AgentEdit(purpose, null, true);
    }

    boolean changesExpiry() {
        return removesExpiry || expires != null;
    }
}
