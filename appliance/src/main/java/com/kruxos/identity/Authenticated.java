package com.kruxos.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An agent that showed a key that counts.
 *
 * @param keyId which key it was
 * @param lastFour the key's last four characters
 * @param ends when this way in closes by itself: the key's end or the agent's, whichever comes first
 */
public record Authenticated(
        Agent agent,
        String keyId,
        String lastFour,
        @Nullable Instant ends) {}
