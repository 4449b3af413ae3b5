package com.kruxos.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long a source that shows wrong credentials has to wait: nothing for the first few, then twice as long each time.
 * What is remembered is bounded, and forgotten after a while without a failure. Safe for any thread.
 */
public final class Guesses {
    static final int MOST_SOURCES = 1_024;
    static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

    private static final int MOST_DOUBLINGS = 10;

    /**
     * How fast guessing may be.
     *
     * @param free failures after which nobody waits
     * @param first the wait after one more
     * @param longest no wait is longer
     */
    public record Pace(int free, Duration first, Duration longest) {
        Duration after(int failures) {
            if (failures <= free) {
                return Duration.ZERO;
            }
            var doubled = first.multipliedBy(1L << (failures - free - 1));
            return doubled.compareTo(longest) > 0 ? longest : doubled;
        }
    }

    private record Failures(int count, Instant last) {}

    private final Pace pace;
    private final InstantSource clock;

    /** The source that failed longest ago first; guarded by this. */
    private final Map<String, Failures> failures = new LinkedHashMap<>();

    public Guesses(Pace pace, InstantSource clock) {
        this.pace = pace;
        this.clock = clock;
    }

    /** Counts one more failure of this source and says how long it has to wait from now. */
    public synchronized Duration failed(String source) {
        return pace.after(count(source));
    }

    /**
     * Says how long this source still has to wait. When that is nothing it may try once, and that is counted as a
     * failure until {@link #succeeded}: many tries at the same moment get no further than one after the other.
     */
    public synchronized Duration begin(String source) {
        var left = left(source);
        if (left.isPositive()) {
            return left;
        }
        var _ = count(source);
        return Duration.ZERO;
    }

    /**
     * A try that was begun was a good one, and does not count. Those that failed before it do: else who has a good
     * credential could try others for ever.
     */
    public synchronized void succeeded(String source) {
        failures.computeIfPresent(
                source, (same, one) -> one.count() == 1 ? null : new Failures(one.count() - 1, one.last()));
    }

    synchronized int sources() {
        return failures.size();
    }

    private Duration left(String source) {
        var before = failures.get(source);
        if (before == null) {
            return Duration.ZERO;
        }
        var now = clock.instant();
        var last = before.last();
        if (now.isBefore(last)) { // the clock was set back; nobody waits for it to catch up
            last = now;
            failures.put(source, new Failures(before.count(), now));
        }
        return pace.after(before.count()).minus(Duration.between(last, now));
    }

    private int count(String source) {
        var now = clock.instant();
        var before = failures.remove(source);
        var count = before == null || now.isAfter(before.last().plus(FORGOTTEN_AFTER))
                ? 1
                : Math.min(before.count() + 1, pace.free() + MOST_DOUBLINGS);
        failures.put(source, new Failures(count, now));
        if (failures.size() > MOST_SOURCES) {
            failures.remove(failures.keySet().iterator().next());
        }
        return count;
    }
}
