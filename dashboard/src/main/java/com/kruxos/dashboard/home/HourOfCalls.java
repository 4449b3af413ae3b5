package com.kruxos.dashboard.home;

import com.kruxos.dashboard.page.Preconditions;
import java.time.Instant;
import java.util.List;

/**
 * Calls of the last hour.
 *
 * @param start when the first of the minutes began
 * @param minutes at most 60, oldest first, one after the other
 */
public record HourOfCalls(Instant start, List<MinuteOfCalls> minutes) {
    public static final int MAX_MINUTES = 60;

    public HourOfCalls {
        minutes = List.copyOf(minutes);
        Preconditions.require(minutes.size() <= MAX_MINUTES, "at most an hour");
    }
}
