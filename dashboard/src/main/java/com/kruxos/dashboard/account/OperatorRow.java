package com.kruxos.dashboard.account;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One operator.
 *
 * @param lastSeen null if never
 * @param state such as {@code active} or {@code invited}
 */
public record OperatorRow(
        String name, Instant created, @Nullable Instant lastSeen, String state) {}
