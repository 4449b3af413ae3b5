package com.kruxos.identity;

import java.time.Instant;

/**
 * A short-lived credential of one agent, without its secret.
 *
 * @param agent the id of the agent
 * @param lastFour the last four characters of the secret
 * @param via the issuer, as in the audit log: {@code user:utk_…}
 * @param expires the first instant at which it is not valid
 */
public record AccessTicket(String id, String agent, String lastFour, String via, Instant created, Instant expires) {
    boolean isValidAt(Instant now) {
        return now.isBefore(expires);
    }
}
