package com.kruxos.dashboard.agent;

import java.util.Locale;

/** How an agent stands. */
public enum AgentStateLabel {
    ACTIVE,
    PAUSED,
    REVOKED,
    EXPIRED;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String cssClass() {
        return switch (this) {
            case ACTIVE -> "good";
            case PAUSED, EXPIRED -> "warn";
            case REVOKED -> "bad";
        };
    }
}
