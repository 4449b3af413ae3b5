package com.kruxos.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An agent to be made.
 *
 * @param space the id of the Space it will live in
 * @param purpose a line for people, may be empty
 */
public record NewAgent(
        String space, String name, String purpose, @Nullable Instant expires) {}
