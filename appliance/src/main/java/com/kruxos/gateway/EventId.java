package com.kruxos.gateway;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The id of an event: stream number and sequence number, e.g. {@code 3_12}. */
record EventId(long streamNumber, long sequence) {
    private static final Pattern FORMAT = Pattern.compile("(\\d{1,15})_(\\d{1,15})");

    /** Null for an invalid id. */
    static @Nullable EventId parse(@Nullable String text) {
        var match = FORMAT.matcher(text == null ? "" : text);
        return match.matches() ? new EventId(Long.parseLong(match.group(1)), Long.parseLong(match.group(2))) : null;
    }

    @Override
    public String toString() {
        return streamNumber + "_" + sequence;
    }
}
