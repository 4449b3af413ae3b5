package com.kruxos.dashboard;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key of an agent, as far as it can be shown.
 *
 * @param ends when it stops to count; absent when it has no end
 */
public record Key(
        String id,
        String lastFour,
        Instant created,
        @Nullable Instant ends) {}
