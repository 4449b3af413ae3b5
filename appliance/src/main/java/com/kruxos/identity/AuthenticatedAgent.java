package com.kruxos.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An agent that showed a key or a ticket that counts.
 *
 * @param keyId which key or ticket it was: {@link Agents#isCredentialValid} asks for it again, and sessions are ended
 *     by it
 * @param lastFour its last four characters
 * @param expires when this way in closes by itself: the key's end or the agent's, whichever comes first
 * @param via who made the ticket, for the record; absent for a key
 */
public record AuthenticatedAgent(
        Agent agent,
        String keyId,
        String lastFour,
        @Nullable Instant expires,
        @Nullable String via) {}
