package com.kruxos.tokenapi;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long the answer to a wrong token waits: nothing for the first few of a source, then twice as long each time. What
 * is remembered is bounded, and forgotten after a while without a failure. Safe for any thread.
 */
final class Guesses {
    static final int FREE = 5;
    static final int MOST_SOURCES = 1_024;
    static final Duration FIRST = Duration.ofMillis(100);

    /** Well below the time after which a connection without a credential is cut: the answer must still arrive. */
    static final Duration LONGEST = Duration.ofSeconds(5);

    static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

    private static final int MOST_DOUBLINGS = 10;

    private record Failures(int count, Instant last) {}

    private final InstantSource clock;

    /** The source that failed longest ago first; guarded by this. */
    private final Map<String, Failures> failures = new LinkedHashMap<>();

    Guesses(InstantSource clock) {
        this.clock = clock;
    }

    /** Counts one more failure of this source and says how long its answer waits. */
    synchronized Duration failed(String source) {
        var now = clock.instant();
        var before = failures.remove(source);
        var count = before == null || now.isAfter(before.last().plus(FORGOTTEN_AFTER))
                ? 1
                : Math.min(before.count() + 1, FREE + MOST_DOUBLINGS);
        failures.put(source, new Failures(count, now));
        if (failures.size() > MOST_SOURCES) {
            failures.remove(failures.keySet().iterator().next());
        }
        return wait(count);
    }

    synchronized int sources() {
        return failures.size();
    }

    private static Duration wait(int count) {
        if (count <= FREE) {
            return Duration.ZERO;
        }
        var doubled = FIRST.multipliedBy(1L << (count - FREE - 1));
        return doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    }
}
