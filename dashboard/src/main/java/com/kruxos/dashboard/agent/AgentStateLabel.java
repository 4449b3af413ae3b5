package com.kruxos.dashboard.agent;

import java.util.Locale;

/** The state of an agent as pages show it. */
public enum AgentStateLabel {
    ACTIVE,
    PAUSED,
    REVOKED,
    EXPIRED;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    String cssClass() {
        return switch (this) {
            case ACTIVE -> "good";
            case PAUSED, EXPIRED -> "warn";
            case REVOKED -> "bad";
        };
    }

    /** Whether the agent can be restored with a new key. */
    boolean hasEnded() {
        return this == REVOKED || this == EXPIRED;
    }
}
