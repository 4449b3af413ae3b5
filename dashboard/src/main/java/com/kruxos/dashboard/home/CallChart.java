package com.kruxos.dashboard.home;

import com.kruxos.dashboard.page.SafeText;
import com.kruxos.dashboard.page.UtcTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Two bar charts over one time axis, in integer units of the drawing. Each has its own scale: on the scale of the calls
 * a few errors would be invisible.
 *
 * @param axis evenly spaced labels
 * @param activeMinutes the minutes with calls or errors, newest first
 */
record CallChart(BarSeries calls, BarSeries errors, List<Instant> axis, List<MinuteStart> activeMinutes) {
    static final int WIDTH = 600;
    static final int HEIGHT = 100;
    private static final int BAR_STEP = WIDTH / HourOfCalls.MAX_MINUTES;
    private static final int GAP = 2;
    private static final int AXIS_INTERVALS = 4;

    /** The bar of one minute. */
    record ChartBar(int x, int y, int width, int height, String label) {}

    /** The calls of a minute and its start. */
    record MinuteStart(Instant start, MinuteOfCalls calls) {}

    /**
     * One bar chart.
     *
     * @param scale the value at full height
     */
    record BarSeries(List<ChartBar> bars, int scale, int peak, long total) {}

    static CallChart of(HourOfCalls hour) {
        var minutes = IntStream.range(0, hour.minutes().size())
                .mapToObj(index -> new MinuteStart(
                        hour.start().plus(Duration.ofMinutes(index)),
                        hour.minutes().get(index)))
                .toList();
        var active = minutes.reversed().stream()
                .filter(minute -> minute.calls().calls() + minute.calls().errors() > 0)
                .toList();
        return new CallChart(
                series(minutes, MinuteOfCalls::calls), series(minutes, MinuteOfCalls::errors), axis(hour), active);
    }

    private static BarSeries series(List<MinuteStart> minutes, ToIntFunction<MinuteOfCalls> value) {
        var values = minutes.stream()
                .mapToInt(minute -> value.applyAsInt(minute.calls()))
                .toArray();
        var peak = IntStream.of(values).max().orElse(0);
        var scale = roundUpScale(peak);
        var first = HourOfCalls.MAX_MINUTES - values.length;
        var bars = IntStream.range(0, values.length)
                .filter(index -> values[index] > 0)
                .mapToObj(index -> bar(
                        first + index,
                        values[index],
                        scale,
                        UtcTimes.clock(minutes.get(index).start())))
                .toList();
        return new BarSeries(
                bars, scale, peak, IntStream.of(values).asLongStream().sum());
    }

    private static ChartBar bar(int column, int value, int scale, String clock) {
        var height = Math.max(GAP, Math.toIntExact((long) value * HEIGHT / scale));
        return new ChartBar(
                column * BAR_STEP + GAP / 2,
                HEIGHT - height,
                BAR_STEP - GAP,
                height,
                clock + " UTC: " + SafeText.number(value));
    }

    /** The least of 1, 2, 5, 10, 20 … that is at least {@code peak}: the scale stays the same between updates. */
    private static int roundUpScale(int peak) {
        var power = 1L;
        while (true) {
            for (var digit : List.of(1, 2, 5)) {
                if (power * digit >= peak) {
                    return (int) Math.min(power * digit, Integer.MAX_VALUE);
                }
            }
            power *= 10;
        }
    }

    private static List<Instant> axis(HourOfCalls hour) {
        var end = hour.start().plus(Duration.ofMinutes(hour.minutes().size()));
        return IntStream.rangeClosed(0, AXIS_INTERVALS)
                .mapToObj(mark -> end.minus(
                        Duration.ofMinutes((long) HourOfCalls.MAX_MINUTES * (AXIS_INTERVALS - mark) / AXIS_INTERVALS)))
                .toList();
    }
}
