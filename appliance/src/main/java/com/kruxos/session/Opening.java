package com.kruxos.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a connection came to be.
 *
 * @param agent the agent's id
 * @param agentName its name at that moment
 * @param space the id of its Space
 * @param key the id of the key it showed
 * @param lastFour the key's last four characters
 * @param keyEnds when that key stops counting; absent for one without an end
 * @param via who made the ticket it came in with; absent for a key of its own
 * @param origin the peer's address, and {@code url} behind it when the key came in the URL
 */
public record Opening(
        String agent,
        String agentName,
        String space,
        String key,
        String lastFour,
        @Nullable Instant keyEnds,
        @Nullable String via,
        String origin,
        Instant started) {}
