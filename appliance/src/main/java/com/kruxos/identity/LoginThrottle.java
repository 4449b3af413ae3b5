package com.kruxos.identity;

import com.kruxos.result.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long a source that presents wrong credentials must wait: not at all after the first few failures, then twice as
 * long each time. The memory used is bounded, and failures are forgotten after a while. Safe for any thread.
 */
public final class LoginThrottle {
    static final int MAX_SOURCES = 1_024;
    static final Duration FORGET_AFTER = Duration.ofMinutes(10);

    private static final int MAX_DOUBLINGS = 10;

    /**
     * How the delay grows.
     *
     * @param freeFailures failures without a delay
     * @param firstDelay the delay after one more
     * @param maxDelay the longest delay
     */
    public record ThrottlePolicy(int freeFailures, Duration firstDelay, Duration maxDelay) {
        Duration delayAfter(int failures) {
            return new Backoff(firstDelay, maxDelay).after(failures - freeFailures);
        }
    }

    private record FailureCount(int count, Instant last) {}

    private final ThrottlePolicy policy;
    private final InstantSource clock;

    /** Guarded by this; the source whose last failure is oldest comes first. */
    private final Map<String, FailureCount> failuresBySource = new LinkedHashMap<>();

    public LoginThrottle(ThrottlePolicy pace, InstantSource clock) {
        this.policy = pace;
        this.clock = clock;
    }

    /** Counts a failure of this source and returns how long it must wait from now. */
    public synchronized Duration recordFailure(String source) {
        return policy.delayAfter(countFailure(source));
    }

    /**
     * Returns how long this source must still wait. If that is zero, the source may try once, and the attempt counts as
     * a failure until {@link #recordSuccess}: so concurrent attempts get no further than sequential ones.
     */
    public synchronized Duration beginAttempt(String source) {
        var left = remainingDelay(source);
        if (left.isPositive()) {
            return left;
        }
        var _ = countFailure(source);
        return Duration.ZERO;
    }

    /**
     * An attempt succeeded and does not count. Earlier failures still do: otherwise the owner of a valid credential
     * could guess others for ever.
     */
    public synchronized void recordSuccess(String source) {
        failuresBySource.computeIfPresent(
                source, (same, one) -> one.count() == 1 ? null : new FailureCount(one.count() - 1, one.last()));
    }

    synchronized int sourceCount() {
        return failuresBySource.size();
    }

    private Duration remainingDelay(String source) {
        var before = failuresBySource.get(source);
        if (before == null) {
            return Duration.ZERO;
        }
        var now = clock.instant();
        var last = before.last();
        if (now.isBefore(last)) { // the clock was set back; do not wait until it catches up
            last = now;
            failuresBySource.put(source, new FailureCount(before.count(), now));
        }
        return policy.delayAfter(before.count()).minus(Duration.between(last, now));
    }

    private int countFailure(String source) {
        var now = clock.instant();
        var before = failuresBySource.remove(source);
        var count = before == null || now.isAfter(before.last().plus(FORGET_AFTER))
                ? 1
                : Math.min(before.count() + 1, policy.freeFailures() + MAX_DOUBLINGS);
        failuresBySource.put(source, new FailureCount(count, now));
        if (failuresBySource.size() > MAX_SOURCES) {
            failuresBySource.remove(failuresBySource.keySet().iterator().next());
        }
        return count;
    }
}
