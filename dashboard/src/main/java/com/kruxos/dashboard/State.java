package com.kruxos.dashboard;

import java.util.Locale;

/** How an agent stands. */
public enum State {
    ACTIVE,
    PAUSED,
    REVOKED,
    EXPIRED;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    String css() {
        return switch (this) {
            case ACTIVE -> "good";
            case PAUSED, EXPIRED -> "warn";
            case REVOKED -> "bad";
        };
    }
}
