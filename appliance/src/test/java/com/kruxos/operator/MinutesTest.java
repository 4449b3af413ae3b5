package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.dashboard.Minute;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MinutesTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final Map<String, Long> endings = new HashMap<>(Map.of("answered", 100L));
    private long nanos;
    private final Minutes minutes = new Minutes(() -> endings, () -> NOON.plusNanos(nanos), () -> nanos);

    /** Red when what was counted before the start is shown, or a minute that went on is lost. */
    @Test
    void eachMinuteHasItsOwn() {
        assertThat(minutes.traffic().minutes()).containsExactly(new Minute(0, 0));
        calls("answered", 5);
        calls("error", 1);
        pass(59);
        assertThat(minutes.traffic().minutes()).containsExactly(new Minute(6, 1));
        pass(2);
        minutes.look();
        calls("cancelled", 2);
        assertThat(minutes.traffic().minutes()).containsExactly(new Minute(6, 1), new Minute(2, 0));
        assertThat(minutes.traffic().from()).isEqualTo(NOON);
    }

    @Test
    void minutesNobodyLookedAtAreEmptyAndAnHourIsKept() {
        calls("answered", 7);
        pass(3 * 60 + 1);
        assertThat(minutes.traffic().minutes())
                .containsExactly(new Minute(7, 0), new Minute(0, 0), new Minute(0, 0), new Minute(0, 0));
        pass(100 * 60);
        assertThat(minutes.traffic().minutes()).hasSize(60).containsOnly(new Minute(0, 0));
        pass(60);
        minutes.look();
        calls("lost", 1);
        assertThat(minutes.traffic().minutes()).hasSize(60).endsWith(new Minute(1, 1));
    }

    private void calls(String outcome, long count) {
        endings.merge(outcome, count, Long::sum);
    }

    private void pass(long seconds) {
        nanos += TimeUnit.SECONDS.toNanos(seconds);
    }
}
