package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.dashboard.home.MinuteOfCalls;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CallsPerMinuteTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final Map<String, Long> outcomeCounts = new HashMap<>(Map.of("answered", 100L));
    private long nanos;
    private final CallsPerMinute callsPerMinute =
            new CallsPerMinute(() -> outcomeCounts, () -> NOON.plusNanos(nanos), () -> nanos);

    /** Fails when calls from before the start are counted, or the current minute is lost. */
    @Test
    void callsAreCountedInTheirMinute() {
        assertThat(callsPerMinute.lastHour().minutes()).containsExactly(new MinuteOfCalls(0, 0));
        addCalls("answered", 5);
        addCalls("error", 1);
        advance(59);
        assertThat(callsPerMinute.lastHour().minutes()).containsExactly(new MinuteOfCalls(6, 1));
        advance(2);
        callsPerMinute.sample();
        addCalls("cancelled", 2);
        assertThat(callsPerMinute.lastHour().minutes())
                .containsExactly(new MinuteOfCalls(6, 1), new MinuteOfCalls(2, 0));
        assertThat(callsPerMinute.lastHour().start()).isEqualTo(NOON);
    }

    @Test
    void skippedMinutesAreEmptyAndOneHourIsKept() {
        addCalls("answered", 7);
        advance(3 * 60 + 1);
        assertThat(callsPerMinute.lastHour().minutes())
                .containsExactly(
                        new MinuteOfCalls(7, 0),
                        new MinuteOfCalls(0, 0),
                        new MinuteOfCalls(0, 0),
                        new MinuteOfCalls(0, 0));
        advance(100 * 60);
        assertThat(callsPerMinute.lastHour().minutes()).hasSize(60).containsOnly(new MinuteOfCalls(0, 0));
        advance(60);
        callsPerMinute.sample();
        addCalls("lost", 1);
        assertThat(callsPerMinute.lastHour().minutes()).hasSize(60).endsWith(new MinuteOfCalls(1, 1));
    }

    private void addCalls(String outcome, long count) {
        outcomeCounts.merge(outcome, count, Long::sum);
    }

    private void advance(long seconds) {
        nanos += TimeUnit.SECONDS.toNanos(seconds);
    }
}
