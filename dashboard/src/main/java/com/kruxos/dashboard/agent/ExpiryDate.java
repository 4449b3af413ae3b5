package com.kruxos.dashboard.agent;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * The last day, in UTC, on which something is valid. Both directions are here: a form that is saved unchanged must not
 * move the day.
 */
public final class ExpiryDate {
    private ExpiryDate() {}

    /** The first instant after the day. */
    public static Instant toInstant(LocalDate lastDay) {
        return lastDay.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** The day of the last valid instant. */
    public static LocalDate fromInstant(Instant expires) {
        return expires.minusNanos(1).atOffset(ZoneOffset.UTC).toLocalDate();
    }
}
