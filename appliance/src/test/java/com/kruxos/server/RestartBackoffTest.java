package com.kruxos.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartBackoffTest {
    private final RestartBackoff backoff = new RestartBackoff();

    @Test
    void theDelayDoublesUpToFiveMinutes() {
        for (var seconds : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
            assertThat(backoff.recordFailure()).isEqualTo(Duration.ofSeconds(seconds));
        }
        for (var n = 0; n < 100; n++) {
            assertThat(backoff.recordFailure()).isEqualTo(Duration.ofMinutes(5));
        }
    }

    @Test
    void fiveConsecutiveFailuresMeanBroken() {
        for (var n = 0; n < 4; n++) {
            backoff.recordFailure();
            assertThat(backoff.isBroken()).isFalse();
        }
        backoff.recordFailure();
        assertThat(backoff.isBroken()).isTrue();
        backoff.reset();
        assertThat(backoff.isBroken()).isFalse();
        assertThat(backoff.hasNoFailures()).isTrue();
        assertThat(backoff.recordFailure()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void thirtyStableSecondsResetTheFailureCount() {
        backoff.recordFailure();
        backoff.recordEnd(System.nanoTime() - Duration.ofSeconds(25).toNanos());
        assertThat(backoff.hasNoFailures()).isFalse();
        backoff.recordEnd(System.nanoTime() - Duration.ofSeconds(31).toNanos());
        assertThat(backoff.hasNoFailures()).isTrue();
    }

    @Test
    void theNextRetryIsOneDelayAfterTheFailure() {
        var pause = backoff.recordFailure();
        var now = System.nanoTime();
        assertThat(backoff.isRetryAfter(now)).isTrue();
        assertThat(backoff.isRetryAfter(now + pause.toNanos())).isFalse();
    }
}
