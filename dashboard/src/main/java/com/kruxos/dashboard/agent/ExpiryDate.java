package com.kruxos.dashboard.agent;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * What people mean by a day on which something ends: it still counts on that day, in UTC. Both directions lie here, so
 * that a form that is saved as it was shown changes nothing of the day.
 */
public final class ExpiryDate {
    private ExpiryDate() {}

    /** The first moment after the day. */
    public static Instant toInstant(LocalDate day) {
        return day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** The day in which the moment before {@code end} lies. */
    public static LocalDate fromInstant(Instant end) {
        return end.minusNanos(1).atOffset(ZoneOffset.UTC).toLocalDate();
    }
}
