package com.kruxos.dashboard;

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
 * @param busy the minutes in which something happened, newest first
 */
record Chart(Series calls, Series errors, List<Instant> axis, List<Row> busy) {
    static final int WIDTH = 600;
    static final int HEIGHT = 100;
    private static final int STEP = WIDTH / Traffic.LONGEST;
    private static final int GAP = 2;
    private static final int MARKS = 4;

    /** One minute's bar. */
    record Bar(int x, int y, int width, int height, String label) {}

    /** A minute and when it began. */
    record Row(Instant at, Minute minute) {}

    /**
     * One row of bars.
     *
     * @param top the value at full height
     */
    record Series(List<Bar> bars, int top, int peak, long sum) {}

    static Chart of(Traffic traffic) {
        var rows = IntStream.range(0, traffic.minutes().size())
                .mapToObj(at -> new Row(
                        traffic.from().plus(Duration.ofMinutes(at)),
                        traffic.minutes().get(at)))
                .toList();
        var busy = rows.reversed().stream()
                .filter(row -> row.minute().calls() + row.minute().errors() > 0)
                .toList();
        return new Chart(series(rows, Minute::calls), series(rows, Minute::errors), axis(traffic), busy);
    }

    private static Series series(List<Row> rows, ToIntFunction<Minute> value) {
        var values =
                rows.stream().mapToInt(row -> value.applyAsInt(row.minute())).toArray();
        var peak = IntStream.of(values).max().orElse(0);
        var top = roundedUp(peak);
        var first = Traffic.LONGEST - values.length;
        var bars = IntStream.range(0, values.length)
                .filter(at -> values[at] > 0)
                .mapToObj(at -> bar(
                        first + at, values[at], top, Times.clock(rows.get(at).at())))
                .toList();
        return new Series(bars, top, peak, IntStream.of(values).asLongStream().sum());
    }

    private static Bar bar(int place, int value, int top, String clock) {
        var height = Math.max(GAP, Math.toIntExact((long) value * HEIGHT / top));
        return new Bar(
                place * STEP + GAP / 2, HEIGHT - height, STEP - GAP, height, clock + " UTC: " + Words.count(value));
    }

    /** The least of 1, 2, 5, 10, 20 … that is not below it, so that the scale rests while the calls change. */
    private static int roundedUp(int peak) {
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

    private static List<Instant> axis(Traffic traffic) {
        var end = traffic.from().plus(Duration.ofMinutes(traffic.minutes().size()));
        return IntStream.rangeClosed(0, MARKS)
                .mapToObj(mark -> end.minus(Duration.ofMinutes((long) Traffic.LONGEST * (MARKS - mark) / MARKS)))
                .toList();
    }
}
