package com.kruxos.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An agent that presented a valid key or ticket.
 *
 * @param keyId the id of the key or ticket: {@link Agents#isCredentialValid} checks it again, and sessions are ended by
 *     it
 * @param lastFour the last four characters of the credential
 * @param expires when the credential or the agent expires, whichever is first
 * @param via the issuer of a ticket, for the audit log; absent for a key
 */
public record AuthenticatedAgent(
        Agent agent,
        String keyId,
        String lastFour,
        @Nullable Instant expires,
        @Nullable String via) {}
