package com.kruxos.identity;

import com.kruxos.result.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long a source that shows wrong credentials has to wait: nothing for the first few, then twice as long each time.
 * What is remembered is bounded, and forgotten after a while without a failure. Safe for any thread.
 */
public final class LoginThrottle {
    static final int MAX_SOURCES = 1_024;
    static final Duration FORGET_AFTER = Duration.ofMinutes(10);

    private static final int MAX_DOUBLINGS = 10;

    /**
     * How fast guessing may be.
     *
     * @param freeFailures failures after which nobody waits
     * @param firstDelay the wait after one more
     * @param maxDelay no wait is longer
     */
    public record ThrottlePolicy(int freeFailures, Duration firstDelay, Duration maxDelay) {
        Duration delayAfter(int failures) {
            return new Backoff(firstDelay, maxDelay).after(failures - freeFailures);
        }
    }

    private record FailureCount(int count, Instant last) {}

    private final ThrottlePolicy policy;
    private final InstantSource clock;

    /** The source that failed longest ago first; guarded by this. */
    private final Map<String, FailureCount> failuresBySource = new LinkedHashMap<>();

    public LoginThrottle(ThrottlePolicy pace, InstantSource clock) {
        this.policy = pace;
        this.clock = clock;
    }

    /** Counts one more failure of this source and says how long it has to wait from now. */
    public synchronized Duration recordFailure(String source) {
        return policy.delayAfter(countFailure(source));
    }

    /**
     * Says how long this source still has to wait. When that is nothing it may try once, and that is counted as a
     * failure until {@link #recordSuccess}: many tries at the same moment get no further than one after the other.
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
     * A try that was begun was a good one, and does not count. Those that failed before it do: else who has a good
     * credential could try others for ever.
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
        if (now.isBefore(last)) { // the clock was set back; nobody waits for it to catch up
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
