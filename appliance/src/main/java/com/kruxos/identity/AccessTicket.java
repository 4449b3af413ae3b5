package com.kruxos.identity;

import java.time.Instant;

/**
 * What is known of a ticket once it was shown: a short-lived way in for one agent.
 *
 * @param agent the id of the agent it lets in
 * @param lastFour its last four characters
 * @param via who made it, as the audit log names them: {@code user:utk_…}
 * @param expires from this moment on it does not count
 */
public record AccessTicket(String id, String agent, String lastFour, String via, Instant created, Instant expires) {
    boolean isValidAt(Instant now) {
        return now.isBefore(expires);
    }
}
