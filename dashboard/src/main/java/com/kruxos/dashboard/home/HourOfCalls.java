package com.kruxos.dashboard.home;

import com.kruxos.dashboard.page.Preconditions;
import java.time.Instant;
import java.util.List;

/**
 * Agents' calls of the last hour.
 *
 * @param start when the first minute began
 * @param minutes consecutive, at most 60, oldest first
 */
public record HourOfCalls(Instant start, List<MinuteOfCalls> minutes) {
    static final int MAX_MINUTES = 60;

    public HourOfCalls {
        minutes = List.copyOf(minutes);
        Preconditions.require(minutes.size() <= MAX_MINUTES, "more minutes than an hour has");
    }
}
