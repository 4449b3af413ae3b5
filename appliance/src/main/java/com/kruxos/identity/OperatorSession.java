package com.kruxos.identity;

import java.time.Instant;

/**
 * A browser session of an operator.
 *
 * @param id identifies the session; does not authenticate
 * @param operator the operator's id
 * @param origin the address of the sign-in
 * @param browser the User-Agent at sign-in
 * @param lastActive the time of the last request that counts as activity
 */
public record OperatorSession(
        String id, String operator, String origin, String browser, Instant signedIn, Instant lastActive) {
    OperatorSession activeAt(Instant now) {
        return new OperatorSession(id, operator, origin, browser, signedIn, now);
    }
}
