package com.kruxos.tokenapi;

import com.kruxos.admin.Acts;
import com.kruxos.audit.CannotRecord;
import com.kruxos.audit.Principal;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** The record of who was turned away. That it cannot be written turns nobody in. Safe for any thread. */
final class Refusals {
    private final Acts acts;
    private final InstantSource clock;

    /** Refusals not written down yet, and the second in which one last was: a flood must not fill the record. */
    private final AtomicLong unwritten = new AtomicLong();

    private final AtomicLong lastWritten = new AtomicLong(Long.MIN_VALUE);

    Refusals(Acts acts, InstantSource clock) {
        this.acts = acts;
        this.clock = clock;
    }

    void record(Principal who, String asked, String reason) {
        try {
            acts.refused(who, asked, reason);
        } catch (CannotRecord e) {
            // It is refused all the same; health says that nothing can be written.
        }
    }

    /** For those whom nothing is known of: at most one record a second, which says how many there were. */
    void thinned(String origin, String asked) {
        var second = clock.instant().getEpochSecond();
        var count = unwritten.incrementAndGet();
        if (lastWritten.getAndSet(second) == second) {
            return;
        }
        unwritten.addAndGet(-count);
        try {
            acts.turnedAway(origin, asked, "no user token that counts", count);
        } catch (CannotRecord e) {
            unwritten.addAndGet(count);
        }
    }
}
