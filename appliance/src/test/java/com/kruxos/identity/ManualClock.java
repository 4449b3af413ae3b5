package com.kruxos.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that only {@link #advance} moves. */
final class ManualClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-11-21T08:00:00Z");

    @Override
    public Instant instant() {
        return now;
    }

    void advance(Duration time) {
        now = now.plus(time);
    }
}
