package com.kruxos.dashboard;

import java.time.Instant;
import java.util.List;

/**
 * Calls of the last hour.
 *
 * @param from when the first of the minutes began
 * @param minutes at most 60, oldest first, one after the other
 */
public record Traffic(Instant from, List<Minute> minutes) {
    static final int LONGEST = 60;

    public Traffic {
        minutes = List.copyOf(minutes);
        Values.require(minutes.size() <= LONGEST, "at most an hour");
    }
}
