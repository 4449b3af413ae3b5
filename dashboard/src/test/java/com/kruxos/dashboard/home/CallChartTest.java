package com.kruxos.dashboard.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallChartTest {
    private static final Instant START = Instant.parse("2026-11-21T19:31:00Z");

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "2, 2", "3, 5", "6, 10", "11, 20", "21, 50", "51, 100", "2147483647, 2147483647"})
    void theScaleIsARoundNumber(int peak, int top) {
        assertThat(chart(new MinuteOfCalls(peak, 0)).calls().scale()).isEqualTo(top);
    }

    @Test
    void barsStartAtTheBaselineAndFitTheChart() {
        var chart = CallChart.of(new HourOfCalls(START, Collections.nCopies(60, new MinuteOfCalls(40, 1))));
        assertThat(chart.calls().bars()).hasSize(60).allSatisfy(bar -> {
            assertThat(bar.y() + bar.height()).isEqualTo(CallChart.HEIGHT);
            assertThat(bar.height()).isEqualTo(80);
            assertThat(bar.x()).isNotNegative();
            assertThat(bar.x() + bar.width()).isLessThanOrEqualTo(CallChart.WIDTH);
        });
        assertThat(chart.calls().total()).isEqualTo(2_400);
        assertThat(chart.errors().bars())
                .allSatisfy(bar -> assertThat(bar.height()).isEqualTo(CallChart.HEIGHT));
    }

    /** One call among thousands stays visible. */
    @Test
    void smallCountsHaveABarAndZeroHasNone() {
        var bars = chart(new MinuteOfCalls(10_000, 0), new MinuteOfCalls(1, 0), new MinuteOfCalls(0, 0))
                .calls()
                .bars();
        assertThat(bars).hasSize(2);
        assertThat(bars.getLast().height()).isPositive();
    }

    @Test
    void afterStartTheMinutesAreOnTheRight() {
        var chart = chart(new MinuteOfCalls(1, 0), new MinuteOfCalls(2, 0));
        assertThat(chart.calls().bars().getLast().x()).isGreaterThan(CallChart.WIDTH - 12);
        assertThat(chart.axis())
                .hasSize(5)
                .startsWith(START.plusSeconds(-58 * 60))
                .endsWith(START.plusSeconds(2 * 60));
        assertThat(chart.activeMinutes().getFirst().start()).isEqualTo(START.plusSeconds(60));
        assertThat(chart.calls().bars().getFirst().label()).isEqualTo("19:31 UTC: 1");
    }

    private static CallChart chart(MinuteOfCalls... minutes) {
        return CallChart.of(new HourOfCalls(START, List.of(minutes)));
    }
}
