package com.kruxos.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** The cost of guessing credentials, in figures. */
class LoginThrottleTest {
    private Instant now = Instant.parse("2026-11-21T08:00:00Z");
    private static final LoginThrottle.ThrottlePolicy POLICY =
            new LoginThrottle.ThrottlePolicy(5, Duration.ofMillis(100), Duration.ofSeconds(5));

    private final LoginThrottle throttle = new LoginThrottle(POLICY, () -> now);

    @Test
    void theFirstFailuresAreFreeAndThenTheDelayDoubles() {
        var waits = new ArrayList<Long>();
        for (var i = 0; i < 14; i++) {
            waits.add(throttle.recordFailure("127.0.0.1").toMillis());
        }
        assertThat(waits)
                .containsExactly(0L, 0L, 0L, 0L, 0L, 100L, 200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L, 5000L);
        assertThat(throttle.recordFailure("127.0.0.2")).isZero();
    }

    @Test
    void failuresAreForgottenAfterAWhile() {
        for (var i = 0; i < 20; i++) {
            throttle.recordFailure("127.0.0.1");
        }
        now = now.plus(LoginThrottle.FORGET_AFTER);
        assertThat(throttle.recordFailure("127.0.0.1")).isEqualTo(POLICY.maxDelay());
        now = now.plus(LoginThrottle.FORGET_AFTER).plusMillis(1);
        assertThat(throttle.recordFailure("127.0.0.1")).isZero();
    }

    /** Fails without the removal of the eldest source in LoginThrottle.countFailure. */
    @Test
    void theTableIsBoundedAndKeepsTheMostRecentSources() {
        for (var i = 0; i < 3 * LoginThrottle.MAX_SOURCES; i++) {
            throttle.recordFailure("source " + i);
            throttle.recordFailure("127.0.0.1");
        }
        assertThat(throttle.sourceCount()).isEqualTo(LoginThrottle.MAX_SOURCES);
        assertThat(throttle.recordFailure("127.0.0.1")).isEqualTo(POLICY.maxDelay());
    }

    /** Fails when `beginAttempt` counts nothing: all concurrent attempts would pass. */
    @Test
    void concurrentAttemptsCountLikeSequentialOnes() {
        var waits = new ArrayList<Long>();
        for (var i = 0; i < 8; i++) {
            waits.add(throttle.beginAttempt("127.0.0.1").toMillis());
        }
        assertThat(waits).containsExactly(0L, 0L, 0L, 0L, 0L, 0L, 100L, 100L);
        now = now.plusMillis(100);
        assertThat(throttle.beginAttempt("127.0.0.1")).isZero();
        assertThat(throttle.beginAttempt("127.0.0.1").toMillis()).isEqualTo(200);
    }

    /** Fails when `recordSuccess` counts the success, or forgets the failures before it. */
    @Test
    void aSuccessIsNotCountedAndDoesNotClearFailures() {
        for (var i = 0; i < 50; i++) {
            assertThat(throttle.beginAttempt("127.0.0.1")).isZero();
            throttle.recordSuccess("127.0.0.1");
        }
        for (var i = 0; i < 6; i++) {
            assertThat(throttle.beginAttempt("127.0.0.1")).isZero();
        }
        now = now.plusMillis(100);
        assertThat(throttle.beginAttempt("127.0.0.1")).isZero();
        throttle.recordSuccess("127.0.0.1");
        assertThat(throttle.beginAttempt("127.0.0.1").toMillis()).isEqualTo(100);
    }

    @Test
    void settingTheClockBackDoesNotExtendTheDelay() {
        for (var i = 0; i < 20; i++) {
            throttle.recordFailure("127.0.0.1");
        }
        now = now.minus(Duration.ofDays(3_650));
        assertThat(throttle.beginAttempt("127.0.0.1")).isEqualTo(POLICY.maxDelay());
        now = now.plus(POLICY.maxDelay());
        assertThat(throttle.beginAttempt("127.0.0.1")).isZero();
    }
}
