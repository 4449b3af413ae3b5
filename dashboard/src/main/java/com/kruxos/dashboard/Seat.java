package com.kruxos.dashboard;

import java.time.Instant;

/**
 * A browser in which the operator is signed in.
 *
 * @param browser what it calls itself; anybody's text
 * @param last when it was last heard of
 * @param current whether it is the one this page goes to
 */
public record Seat(String id, String origin, String browser, Instant since, Instant last, boolean current) {
    public Seat {
        Values.id(id);
    }
}
