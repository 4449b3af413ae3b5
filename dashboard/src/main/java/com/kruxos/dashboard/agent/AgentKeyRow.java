package com.kruxos.dashboard.agent;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What can be shown of an agent's key.
 *
 * @param expires null if never
 */
public record AgentKeyRow(
        String id,
        String lastFour,
        Instant created,
        @Nullable Instant expires) {}
