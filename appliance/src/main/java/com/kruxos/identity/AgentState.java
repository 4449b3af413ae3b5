package com.kruxos.identity;

import java.util.Locale;

/**
 * Whether an agent may connect and call.
 *
 * <pre>
 *   ACTIVE ◄─pause/resume─► PAUSED
 *      └───────revoke──────────┴────► REVOKED ──restore──► ACTIVE
 *   ACTIVE, PAUSED ──its expiry passes──► EXPIRED ──restore──► ACTIVE
 * </pre>
 */
public enum AgentState {
    ACTIVE,
    /** Its keys authenticate; its calls are refused with {@code agent_paused}. */
    PAUSED,
    REVOKED,
    /** Never stored: derived from the expiry and the clock. */
    EXPIRED;

    /** The spelling in the database and the API. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether keys of an agent in this state authenticate. */
    public boolean canConnect() {
        return this == ACTIVE || this == PAUSED;
    }

    static AgentState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
