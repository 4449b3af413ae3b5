package com.kruxos.server;

import com.kruxos.result.Backoff;
import java.time.Duration;

/** How often a server has failed in a row, and until when it is left alone for that. Guarded by its owner's lock. */
final class RestartBackoff {
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));

    /** After so many the server counts as broken: it is still tried, but nobody waits for it. */
    private static final int BROKEN_THRESHOLD = 5;

    /** A life this long clears the failures before it. */
    private static final Duration STABLE_AFTER = Duration.ofSeconds(30);

    private int failures;
    private long nextRetryNanos;

    /** Counts one more; gives back how long to pause before the next try. */
    Duration recordFailure() {
        failures++;
        var pause = BACKOFF.after(failures);
        nextRetryNanos = System.nanoTime() + pause.toNanos();
        return pause;
    }

    /** A life that began then, by {@link System#nanoTime}, has ended. */
    void recordEnd(long since) {
        if (System.nanoTime() - since > STABLE_AFTER.toNanos()) {
            reset();
        }
    }

    void reset() {
        failures = 0;
    }

    boolean hasNoFailures() {
        return failures == 0;
    }

    boolean isBroken() {
        return failures >= BROKEN_THRESHOLD;
    }

    /** Whether the next try comes after this moment, by {@link System#nanoTime}. */
    boolean isRetryAfter(long moment) {
        return nextRetryNanos - moment > 0;
    }
}
