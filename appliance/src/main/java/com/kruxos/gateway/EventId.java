package com.kruxos.gateway;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The id of an event: which stream of the session, and the how manieth of it. Written {@code 3_12}. */
record EventId(long streamNumber, long sequence) {
    private static final Pattern FORMAT = Pattern.compile("(\\d{1,15})_(\\d{1,15})");

    /** Absent for what is no id of ours. */
    static @Nullable EventId parse(@Nullable String text) {
        var match = FORMAT.matcher(text == null ? "" : text);
        return match.matches() ? new EventId(Long.parseLong(match.group(1)), Long.parseLong(match.group(2))) : null;
    }

    @Override
    public String toString() {
        return streamNumber + "_" + sequence;
    }
}
