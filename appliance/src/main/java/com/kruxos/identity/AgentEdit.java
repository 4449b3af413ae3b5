package com.kruxos.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is to be changed of an agent.
 *
 * @param purpose absent when it stays
 * @param expires absent when it stays, or goes
 * @param removesExpiry whether the expiry goes
 */
public record AgentEdit(@Nullable String purpose, @Nullable Instant expires, boolean removesExpiry) {
    public static AgentEdit withoutExpiry(@Nullable String purpose) {
        return new AgentEdit(purpose, null, true);
    }

    boolean changesExpiry() {
        return removesExpiry || expires != null;
    }
}
