package com.kruxos.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RestartBackoffTest {
    private static RestartBackoff afterFailures(int failures) {
        var backoff = RestartBackoff.NONE;
        for (var n = 0; n < failures; n++) {
            backoff = backoff.afterFailure();
        }
        return backoff;
    }

    @Test
    void theDelayDoublesUpToFiveMinutes() {
        var backoff = RestartBackoff.NONE;
        for (var seconds : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
            backoff = backoff.afterFailure();
            assertThat(backoff.delay()).isEqualTo(Duration.ofSeconds(seconds));
        }
        for (var n = 0; n < 100; n++) {
            backoff = backoff.afterFailure();
            assertThat(backoff.delay()).isEqualTo(Duration.ofMinutes(5));
        }
    }

    @Test
    void fiveConsecutiveFailuresMeanBroken() {
        for (var n = 0; n < 5; n++) {
            assertThat(afterFailures(n).isBroken()).isFalse();
        }
        assertThat(afterFailures(5).isBroken()).isTrue();
        assertThat(RestartBackoff.NONE.hasFailures()).isFalse();
        assertThat(afterFailures(1).hasFailures()).isTrue();
    }

    @Test
    void moreThanThirtySecondsOfRunningResetTheFailureCount() {
        assertThat(afterFailures(3).afterRun(Duration.ofSeconds(25)).hasFailures())
                .isTrue();
        assertThat(afterFailures(3).afterRun(Duration.ofSeconds(31)).hasFailures())
                .isFalse();
    }

    @Test
    void aCallWaitsForARetryThatComesBeforeItsDeadline() {
        var begun = System.nanoTime();
        var backingOff = new SupervisorState.BackingOff(Instant.EPOCH, afterFailures(1), "it exited", "see its log");
        var ended = System.nanoTime();
        var delay = Duration.ofSeconds(1).toNanos();
        assertThat(backingOff.isWorthWaitingFor(begun)).isFalse();
        assertThat(backingOff.isWorthWaitingFor(begun + delay - 1)).isFalse();
        assertThat(backingOff.isWorthWaitingFor(ended + delay)).isTrue();
    }

    @Test
    void noCallWaitsForABrokenServer() {
        var broken = new SupervisorState.BackingOff(Instant.EPOCH, afterFailures(5), "it exited", "see its log");
        assertThat(broken.isWorthWaitingFor(
                        System.nanoTime() + Duration.ofHours(1).toNanos()))
                .isFalse();
        assertThat(broken.phase()).isEqualTo(ServerState.Phase.BROKEN);
    }
}
