package com.kruxos.dashboard.account;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An operator in a list.
 *
 * @param lastSeen absent when never
 * @param state a word, such as {@code active} or {@code invited}
 */
public record OperatorRow(
        String name, Instant created, @Nullable Instant lastSeen, String state) {}
