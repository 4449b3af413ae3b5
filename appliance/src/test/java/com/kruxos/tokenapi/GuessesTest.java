package com.kruxos.tokenapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** What guessing costs: wire.md's "Guessing", in figures. */
class GuessesTest {
    private Instant now = Instant.parse("2026-11-21T08:00:00Z");
    private final Guesses guesses = new Guesses(() -> now);

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
        assertThat(guesses.failed("127.0.0.1")).isEqualTo(Guesses.LONGEST);
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
        assertThat(guesses.failed("127.0.0.1")).isEqualTo(Guesses.LONGEST);
    }

    /** Red without the semaphore in Patience.of: a guesser with many connections would pile up threads. */
    @Test
    void onlySoManyWaitAtOnce() {
        assertThat(Patience.of(0).await(Duration.ofDays(1))).isFalse();
        assertThat(Patience.of(1).await(Duration.ofMillis(1))).isTrue();
    }
}
