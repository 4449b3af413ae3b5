package com.kruxos.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SetbacksTest {
    private final Setbacks setbacks = new Setbacks();

    @Test
    void eachPauseIsTwiceTheLastOneUpToFiveMinutes() {
        for (var seconds : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
            assertThat(setbacks.another()).isEqualTo(Duration.ofSeconds(seconds));
        }
        for (var n = 0; n < 100; n++) {
            assertThat(setbacks.another()).isEqualTo(Duration.ofMinutes(5));
        }
    }

    @Test
    void fiveInARowAreBroken() {
        for (var n = 0; n < 4; n++) {
            setbacks.another();
            assertThat(setbacks.broken()).isFalse();
        }
        setbacks.another();
        assertThat(setbacks.broken()).isTrue();
        setbacks.clear();
        assertThat(setbacks.broken()).isFalse();
        assertThat(setbacks.none()).isTrue();
        assertThat(setbacks.another()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aLifeOfHalfAMinuteClearsWhatWasBefore() {
        setbacks.another();
        setbacks.lived(System.nanoTime() - Duration.ofSeconds(25).toNanos());
        assertThat(setbacks.none()).isFalse();
        setbacks.lived(System.nanoTime() - Duration.ofSeconds(31).toNanos());
        assertThat(setbacks.none()).isTrue();
    }

    @Test
    void whoWaitsLongerThanThePauseMayWait() {
        var pause = setbacks.another();
        var now = System.nanoTime();
        assertThat(setbacks.pauseBeyond(now)).isTrue();
        assertThat(setbacks.pauseBeyond(now + pause.toNanos())).isFalse();
    }
}
