package com.kruxos.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Formats times as {@code 2026-11-21T10:20:30.000001Z}: UTC, always six fractional digits, truncated. Years outside
 * 0000 to 9999 become the first or last time within. Belongs to one thread; caches the text of the last second.
 */
final class TimestampFormat {
    private static final long MIN_SECOND = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    private static final long MAX_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'.'");
    private static final int DIGITS = 6;

    private final byte[] text = new byte[27];
    private long second = Long.MIN_VALUE;

    /** The formatted time; overwritten by the next call. */
    byte[] format(Instant moment) {
        var at = Math.clamp(moment.getEpochSecond(), MIN_SECOND, MAX_SECOND);
        if (at != second) {
            var start = LocalDateTime.ofEpochSecond(at, 0, ZoneOffset.UTC).format(SECONDS);
            System.arraycopy(start.getBytes(StandardCharsets.US_ASCII), 0, text, 0, start.length());
            text[text.length - 1] = 'Z';
            second = at;
        }
        var micros = moment.getEpochSecond() == at ? moment.getNano() / 1000 : at == MIN_SECOND ? 0 : 999_999;
        for (var i = 0; i < DIGITS; i++) {
            text[text.length - 2 - i] = (byte) ('0' + micros % 10);
            micros /= 10;
        }
        return text;
    }
}
