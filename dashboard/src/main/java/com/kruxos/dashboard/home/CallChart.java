package com.kruxos.dashboard.home;

import com.kruxos.dashboard.page.SafeText;
import com.kruxos.dashboard.page.UtcTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Calls and errors of an hour as two rows of bars over one axis, in whole units of the drawing. Each row has a scale of
 * its own, or a few errors among many calls would not be seen.
 *
 * @param axis moments along it, evenly apart
 * @param activeMinutes the minutes in which something happened, newest first
 */
public record CallChart(BarSeries calls, BarSeries errors, List<Instant> axis, List<MinuteStart> activeMinutes) {
    public static final int WIDTH = 600;
    public static final int HEIGHT = 100;
    private static final int BAR_STEP = WIDTH / HourOfCalls.MAX_MINUTES;
    private static final int GAP = 2;
    private static final int AXIS_INTERVALS = 4;

    /** One minute's bar. */
    public record ChartBar(int x, int y, int width, int height, String label) {}

    /** A minute and when it began. */
    public record MinuteStart(Instant start, MinuteOfCalls calls) {}

    /**
     * One row of bars.
     *
     * @param scale the value at full height
     */
    public record BarSeries(List<ChartBar> bars, int scale, int peak, long total) {}

    public static CallChart of(HourOfCalls traffic) {
        var rows = IntStream.range(0, traffic.minutes().size())
                .mapToObj(at -> new MinuteStart(
                        traffic.start().plus(Duration.ofMinutes(at)),
                        traffic.minutes().get(at)))
                .toList();
        var busy = rows.reversed().stream()
                .filter(row -> row.calls().calls() + row.calls().errors() > 0)
                .toList();
        return new CallChart(
                series(rows, MinuteOfCalls::calls), series(rows, MinuteOfCalls::errors), axis(traffic), busy);
    }

    private static BarSeries series(List<MinuteStart> rows, ToIntFunction<MinuteOfCalls> value) {
        var values =
                rows.stream().mapToInt(row -> value.applyAsInt(row.calls())).toArray();
        var peak = IntStream.of(values).max().orElse(0);
        var top = roundUpScale(peak);
        var first = HourOfCalls.MAX_MINUTES - values.length;
        var bars = IntStream.range(0, values.length)
                .filter(at -> values[at] > 0)
                .mapToObj(at -> bar(
                        first + at, values[at], top, UtcTimes.clock(rows.get(at).start())))
                .toList();
        return new BarSeries(
                bars, top, peak, IntStream.of(values).asLongStream().sum());
    }

    private static ChartBar bar(int place, int value, int top, String clock) {
        var height = Math.max(GAP, Math.toIntExact((long) value * HEIGHT / top));
        return new ChartBar(
                place * BAR_STEP + GAP / 2,
                HEIGHT - height,
                BAR_STEP - GAP,
                height,
                clock + " UTC: " + SafeText.number(value));
    }

    /** The least of 1, 2, 5, 10, 20 … that is not below it, so that the scale rests while the calls change. */
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

    private static List<Instant> axis(HourOfCalls traffic) {
        var end = traffic.start().plus(Duration.ofMinutes(traffic.minutes().size()));
        return IntStream.rangeClosed(0, AXIS_INTERVALS)
                .mapToObj(mark -> end.minus(
                        Duration.ofMinutes((long) HourOfCalls.MAX_MINUTES * (AXIS_INTERVALS - mark) / AXIS_INTERVALS)))
                .toList();
    }
}
