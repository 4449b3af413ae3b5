package com.kruxos.gateway;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The id of an event: which stream of the session, and the how manieth of it. Written {@code 3_12}. */
record EventId(long stream, long seq) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})_(\\d{1,15})");

    /** Absent for what is no id of ours. */
    static @Nullable EventId read(@Nullable String text) {
        var match = FORM.matcher(text == null ? "" : text);
        return match.matches() ? new EventId(Long.parseLong(match.group(1)), Long.parseLong(match.group(2))) : null;
    }

    @Override
    public String toString() {
        return stream + "_" + seq;
    }
}
