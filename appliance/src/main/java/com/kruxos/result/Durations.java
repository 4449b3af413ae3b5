package com.kruxos.result;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Parses durations as settings and requests write them: {@code 500ms}, {@code 60s}, {@code 5m}, {@code 24h},
 * {@code 30d}, {@code 2w}.
 */
public final class Durations {
    private static final Pattern FORMAT = Pattern.compile("(\\d{1,9}) ?(ms|s|m|h|d|w)");

    private Durations() {}

    /** Returns empty if the text is not a number and a unit. */
    public static Optional<Duration> parse(String text) {
        var match = FORMAT.matcher(text);
        if (!match.matches()) {
            return Optional.empty();
        }
        var count = Long.parseLong(match.group(1));
        return Optional.of(
                switch (match.group(2)) {
                    case "ms" -> Duration.ofMillis(count);
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    case "d" -> Duration.ofDays(count);
                    default -> Duration.ofDays(7 * count);
                });
    }
}
