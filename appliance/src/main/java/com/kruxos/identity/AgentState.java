package com.kruxos.identity;

import java.util.Locale;

/**
 * Whether an agent may come in and call.
 *
 * <pre>
 *   ACTIVE ◄─pause/resume─► PAUSED
 *      └───────revoke──────────┴────► REVOKED ──restore──► ACTIVE
 *   ACTIVE, PAUSED ──its expiry passes──► EXPIRED ──restore──► ACTIVE
 * </pre>
 */
public enum AgentState {
    ACTIVE,
    /** Its keys open the door, its calls are answered with {@code agent_paused}. */
    PAUSED,
    REVOKED,
    /** Never stored: it follows from the expiry and the clock. */
    EXPIRED;

    /** The state as it is written in the database and the API. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether keys of an agent in this state open the door. */
    public boolean canConnect() {
        return this == ACTIVE || this == PAUSED;
    }

    static AgentState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
