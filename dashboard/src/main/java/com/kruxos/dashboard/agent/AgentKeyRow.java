package com.kruxos.dashboard.agent;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key of an agent, as far as it can be shown.
 *
 * @param expires when it stops to count; absent when it has no end
 */
public record AgentKeyRow(
        String id,
        String lastFour,
        Instant created,
        @Nullable Instant expires) {}
