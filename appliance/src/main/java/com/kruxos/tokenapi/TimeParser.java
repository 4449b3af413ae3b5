package com.kruxos.tokenapi;

import com.kruxos.result.Durations;
import com.kruxos.web.http.ProblemException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Parses the durations and times of requests. */
final class TimeParser {
    /** ISO 8601 has four-digit years; not every parser accepts more. */
    private static final Instant MAX_INSTANT = Instant.parse("9999-12-31T23:59:59Z");

    private TimeParser() {}

    /** Parses {@code 90s}, {@code 15m}, {@code 24h}, {@code 30d} or {@code 2w}. */
    static Duration parseDuration(String name, String text) {
        return Durations.parse(text)
                .orElseThrow(
                        () -> ProblemException.invalid(name + " is not a duration", "write it like 15m, 24h or 30d"));
    }

    /** Parses a time in ISO 8601 with an offset, or a duration from {@code now}; null if there is no text. */
    static @Nullable Instant parseInstant(String name, Optional<String> text, Instant now) {
        if (text.isEmpty()) {
            return null;
        }
        try {
            var time = Durations.parse(text.get()).map(now::plus).orElseGet(() -> Instant.parse(text.get()));
            if (!time.isAfter(MAX_INSTANT)) {
                return time;
            }
        } catch (DateTimeException e) {
            // Rejected below, like a time that is too late.
        }
        throw ProblemException.invalid(
                name + " is not a time", "write it like 2027-01-31T00:00:00Z, or as a duration from now like 30d");
    }
}
