package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.identity.LoginThrottle;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rate of attempts, and the key under which they are counted. */
class SignInThrottleTest {
    private Instant now = Instant.parse("2026-11-21T10:00:00Z");

    /** A client that signs in successfully between two guesses. */
    @Test
    void atMostTenAttemptsAMinuteAreAllowed() {
        var guesses = new LoginThrottle(SignInThrottle.POLICY, () -> now);
        var tries = 0;
        for (var tick = 0; tick < 600; tick++) {
            if (guesses.beginAttempt("x").isZero()) {
                tries++;
                if (guesses.beginAttempt("x").isZero()) {
                    guesses.recordSuccess("x");
                }
            }
            now = now.plus(Duration.ofMillis(100));
        }
        assertThat(tries).isBetween(6, 10);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.8, false",
        "2001:db8:1:2::1, 2001:db8:1:2:ffff::9, true",
        "2001:db8:1:2::1, 2001:db8:1:3::1, false",
        "::1, ::2, false",
        "nonsense, more nonsense, true",
    })
    void anIpv6NetworkIsOneThrottleKey(String one, String other, boolean same) {
        assertThat(ThrottleKey.of(one).equals(ThrottleKey.of(other))).isEqualTo(same);
    }
}
