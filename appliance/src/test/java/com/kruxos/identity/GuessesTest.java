package com.kruxos.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** What guessing costs: wire.md's "Guessing", in figures. */
class GuessesTest {
    private Instant now = Instant.parse("2026-11-21T08:00:00Z");
    private static final Guesses.Pace PACE = new Guesses.Pace(5, Duration.ofMillis(100), Duration.ofSeconds(5));

    private final Guesses guesses = new Guesses(PACE, () -> now);

    @Test
    void theFirstAreFreeAndThenEachWaitsTwiceAsLong() {
        var waits = new ArrayList<Long>();
        for (var i = 0; i < 14; i++) {
            waits.add(guesses.failed("127.0.0.1").toMillis());
        }
        assertThat(waits)
                .containsExactly(0L, 0L, 0L, 0L, 0L, 100L, 200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L, 5000L);
        assertThat(guesses.failed("127.0.0.2")).isZero();
    }

    @Test
    void afterAWhileWithoutAFailureItIsForgotten() {
        for (var i = 0; i < 20; i++) {
            guesses.failed("127.0.0.1");
        }
        now = now.plus(Guesses.FORGOTTEN_AFTER);
        assertThat(guesses.failed("127.0.0.1")).isEqualTo(PACE.longest());
        now = now.plus(Guesses.FORGOTTEN_AFTER).plusMillis(1);
        assertThat(guesses.failed("127.0.0.1")).isZero();
    }

    /** Red without the removal of the eldest in Guesses.failed. */
    @Test
    void theTableIsBoundedAndTheBusiestStay() {
        for (var i = 0; i < 3 * Guesses.MOST_SOURCES; i++) {
            guesses.failed("source " + i);
            guesses.failed("127.0.0.1");
        }
        assertThat(guesses.sources()).isEqualTo(Guesses.MOST_SOURCES);
        assertThat(guesses.failed("127.0.0.1")).isEqualTo(PACE.longest());
    }

    /** Red when `begin` does not count: all of them might try at once. */
    @Test
    void manyAtOnceGetNoFurtherThanOneAfterTheOther() {
        var waits = new ArrayList<Long>();
        for (var i = 0; i < 8; i++) {
            waits.add(guesses.begin("127.0.0.1").toMillis());
        }
        assertThat(waits).containsExactly(0L, 0L, 0L, 0L, 0L, 0L, 100L, 100L);
        now = now.plusMillis(100);
        assertThat(guesses.begin("127.0.0.1")).isZero();
        assertThat(guesses.begin("127.0.0.1").toMillis()).isEqualTo(200);
    }

    /** Red when `succeeded` counts the good try, or forgets the bad ones before it. */
    @Test
    void aGoodTryCountsNothingAndForgetsNothing() {
        for (var i = 0; i < 50; i++) {
            assertThat(guesses.begin("127.0.0.1")).isZero();
            guesses.succeeded("127.0.0.1");
        }
        for (var i = 0; i < 6; i++) {
            assertThat(guesses.begin("127.0.0.1")).isZero();
        }
        now = now.plusMillis(100);
        assertThat(guesses.begin("127.0.0.1")).isZero();
        guesses.succeeded("127.0.0.1");
        assertThat(guesses.begin("127.0.0.1").toMillis()).isEqualTo(100);
    }

    @Test
    void aClockThatIsSetBackLocksNobodyOutForLong() {
        for (var i = 0; i < 20; i++) {
            guesses.failed("127.0.0.1");
        }
        now = now.minus(Duration.ofDays(3_650));
        assertThat(guesses.begin("127.0.0.1")).isEqualTo(PACE.longest());
        now = now.plus(PACE.longest());
        assertThat(guesses.begin("127.0.0.1")).isZero();
    }
}
