package com.kruxos.result;

import java.time.Duration;

/**
 * Exponential back-off: the delay doubles with each failure in a row, up to a limit. The caller counts the failures,
 * and resets its count after a success.
 *
 * @param first the delay after one failure
 * @param longest the limit
 */
public record Backoff(Duration first, Duration longest) {
    private static final int MAX_DOUBLINGS = 30;

    /** The delay after so many failures in a row; zero after none. */
    public Duration after(int failures) {
        if (failures <= 0) {
            return Duration.ZERO;
        }
        var delay = first.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
        return delay.compareTo(longest) < 0 ? delay : longest;
    }
}
