package com.kruxos.rpc;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The severity of a log message (RFC 5424), least severe first. */
public enum LogLevel {
    DEBUG,
    INFO,
    NOTICE,
    WARNING,
    ERROR,
    CRITICAL,
    ALERT,
    EMERGENCY;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<LogLevel> of(String word) {
        return Stream.of(values())
                .filter(level -> level.wireName().equals(word))
                .findFirst();
    }
}
