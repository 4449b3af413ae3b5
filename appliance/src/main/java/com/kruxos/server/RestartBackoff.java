package com.kruxos.server;

import com.kruxos.result.Backoff;
import java.time.Duration;

/**
 * How long a server that failed waits for its next start: 1 s, doubled with each failure in a row, at most 5 minutes.
 *
 * @param failures in a row
 */
record RestartBackoff(int failures) {
    static final RestartBackoff NONE = new RestartBackoff(0);

    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));

    /** From here on calls no longer wait for a retry. */
    private static final int BROKEN_THRESHOLD = 5;

    /** An instance that ran longer than this resets the count. */
    private static final Duration STABLE_AFTER = Duration.ofSeconds(30);

    RestartBackoff afterFailure() {
        return new RestartBackoff(failures + 1);
    }

    /** After an instance that ran this long has ended. */
    RestartBackoff afterRun(Duration ranFor) {
        return ranFor.compareTo(STABLE_AFTER) > 0 ? NONE : this;
    }

    /** The delay before the next start. At least one start has failed. */
    Duration delay() {
        return BACKOFF.after(failures);
    }

    boolean hasFailures() {
        return failures > 0;
    }

    boolean isBroken() {
        return failures >= BROKEN_THRESHOLD;
    }
}
