package com.kruxos.identity;

import java.time.Instant;

/**
 * An operator who is signed in, in one browser.
 *
 * @param id to name it by; opens nothing
 * @param operator the operator's id
 * @param origin the address they signed in from
 * @param browser what the browser called itself then
 * @param lastActive when they last did something
 */
public record OperatorSession(
        String id, String operator, String origin, String browser, Instant signedIn, Instant lastActive) {
    OperatorSession activeAt(Instant now) {
        return new OperatorSession(id, operator, origin, browser, signedIn, now);
    }
}
