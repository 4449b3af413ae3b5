package com.kruxos.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a connection came to be.
 *
 * @param agentId the agent's id
 * @param agentName its name at that moment
 * @param spaceId the id of its Space
 * @param keyId the id of the key it showed
 * @param lastFour the key's last four characters
 * @param keyExpiresAt when that key stops counting; absent for one without an end
 * @param via who made the ticket it came in with; absent for a key of its own
 * @param origin the peer's address, and {@code url} behind it when the key came in the URL
 */
public record ConnectionInfo(
        String agentId,
        String agentName,
        String spaceId,
        String keyId,
        String lastFour,
        @Nullable Instant keyExpiresAt,
        @Nullable String via,
        String origin,
        Instant startedAt) {}
