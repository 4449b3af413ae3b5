package com.kruxos.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The key or ticket that an agent authenticated with. It holds nothing secret.
 *
 * @param expiresAt when it expires, or its agent does if that is earlier; absent when neither does
 * @param ticketIssuer who issued the ticket, for the audit log; absent for a key
 */
public record AgentCredential(
        String id,
        String lastFour,
        @Nullable Instant expiresAt,
        @Nullable String ticketIssuer) {}
