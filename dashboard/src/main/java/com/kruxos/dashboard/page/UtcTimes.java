package com.kruxos.dashboard.page;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Moments as they are written on pages, all in UTC and none relative: a page may be looked at for an hour. */
public final class UtcTimes {
    private static final DateTimeFormatter DAY = of("uuuu-MM-dd");
    private static final DateTimeFormatter MINUTE = of("uuuu-MM-dd HH:mm");
    private static final DateTimeFormatter SECOND = of("uuuu-MM-dd HH:mm:ss");
    private static final DateTimeFormatter CLOCK = of("HH:mm");

    private UtcTimes() {}

    public static String day(Instant at) {
        return DAY.format(at);
    }

    public static String minute(Instant at) {
        return MINUTE.format(at);
    }

    public static String second(Instant at) {
        return SECOND.format(at);
    }

    public static String clock(Instant at) {
        return CLOCK.format(at);
    }

    /** For programs; HTML allows milliseconds and no more. */
    public static String iso(Instant at) {
        return at.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static DateTimeFormatter of(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }
}
