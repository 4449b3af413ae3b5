package com.kruxos.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses times: {@code 90m}, {@code 24h}, {@code 30d}, {@code 2w}, a date, or an ISO time. */
final class TimeArgument {
    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,4})([mhdw])");

    private TimeArgument() {}

    /** The time as ISO 8601 in UTC; null stays null. A date means 00:00 UTC. */
    static @Nullable String toIsoInstant(@Nullable String text, Instant now) {
        if (text == null) {
            return null;
        }
        if (DURATION.matcher(text).matches()) {
            return now.plus(parseDuration(text)).toString();
        }
        try {
            return text.contains("T")
                    ? Instant.parse(text).toString()
                    : LocalDate.parse(text)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant()
                            .toString();
        } catch (DateTimeException e) {
            throw CommandFailure.usage(
                    "\"" + TerminalText.singleLine(text) + "\" is not a time",
                    "write 90m, 24h, 30d, 2w, a date (2027-01-31) or a time (2027-01-31T12:00:00Z)");
        }
    }

    /** The duration as it was written, after a check. */
    static @Nullable String checkedDuration(@Nullable String text) {
        if (text != null) {
            parseDuration(text);
        }
        return text;
    }

    private static Duration parseDuration(String text) {
        var parts = DURATION.matcher(text);
        if (!parts.matches()) {
            throw CommandFailure.usage(
                    "\"" + TerminalText.singleLine(text) + "\" is not a duration", "write 90m, 24h, 7d or 2w");
        }
        var count = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            case "d" -> Duration.ofDays(count);
            default -> Duration.ofDays(7 * count);
        };
    }
}
