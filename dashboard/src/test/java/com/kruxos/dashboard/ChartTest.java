package com.kruxos.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartTest {
    private static final Instant FROM = Instant.parse("2026-11-21T19:31:00Z");

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "2, 2", "3, 5", "6, 10", "11, 20", "21, 50", "51, 100", "2147483647, 2147483647"})
    void theScaleIsARoundNumber(int peak, int top) {
        assertThat(chart(new Minute(peak, 0)).calls().top()).isEqualTo(top);
    }

    @Test
    void barsStandOnTheGroundAndFitTheDrawing() {
        var chart = Chart.of(new Traffic(FROM, Collections.nCopies(60, new Minute(40, 1))));
        assertThat(chart.calls().bars()).hasSize(60).allSatisfy(bar -> {
            assertThat(bar.y() + bar.height()).isEqualTo(Chart.HEIGHT);
            assertThat(bar.height()).isEqualTo(80);
            assertThat(bar.x()).isNotNegative();
            assertThat(bar.x() + bar.width()).isLessThanOrEqualTo(Chart.WIDTH);
        });
        assertThat(chart.calls().sum()).isEqualTo(2_400);
        assertThat(chart.errors().bars())
                .allSatisfy(bar -> assertThat(bar.height()).isEqualTo(Chart.HEIGHT));
    }

    /** One call among thousands is still seen, and none is not. */
    @Test
    void littleIsSeenAndNothingIsNot() {
        var bars = chart(new Minute(10_000, 0), new Minute(1, 0), new Minute(0, 0))
                .calls()
                .bars();
        assertThat(bars).hasSize(2);
        assertThat(bars.getLast().height()).isPositive();
    }

    @Test
    void aYoungApplianceHasItsMinutesOnTheRight() {
        var chart = chart(new Minute(1, 0), new Minute(2, 0));
        assertThat(chart.calls().bars().getLast().x()).isGreaterThan(Chart.WIDTH - 12);
        assertThat(chart.axis())
                .hasSize(5)
                .startsWith(FROM.plusSeconds(-58 * 60))
                .endsWith(FROM.plusSeconds(2 * 60));
        assertThat(chart.busy().getFirst().at()).isEqualTo(FROM.plusSeconds(60));
        assertThat(chart.calls().bars().getFirst().label()).isEqualTo("19:31 UTC: 1");
    }

    private static Chart chart(Minute... minutes) {
        return Chart.of(new Traffic(FROM, List.of(minutes)));
    }
}
