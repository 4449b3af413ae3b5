package com.kruxos.identity;

import java.time.Instant;

/**
 * An operator who is signed in, in one browser.
 *
 * @param id to name it by; opens nothing
 * @param operator the operator's id
 * @param origin the address they signed in from
 * @param browser what the browser called itself then
 * @param last when they last did something
 */
public record Seat(String id, String operator, String origin, String browser, Instant since, Instant last) {
    Seat at(Instant now) {
        return new Seat(id, operator, origin, browser, since, now);
    }
}
