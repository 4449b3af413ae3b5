package com.kruxos.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The properties of an agent to be created.
 *
 * @param space the id of its Space
 * @param purpose a line for people, may be empty
 */
public record NewAgent(
        String space, String name, String purpose, @Nullable Instant expires) {}
