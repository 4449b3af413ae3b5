package com.kruxos.operator;

import com.kruxos.dashboard.home.HourOfCalls;
import com.kruxos.dashboard.home.MinuteOfCalls;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Agents' calls per minute of the last hour, from cumulative counters. Minutes are measured with a monotonic clock, so
 * setting the system time makes no gap. Thread-safe.
 */
final class CallsPerMinute {
    private static final int MINUTES_PER_HOUR = 60;
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Outcomes that are not errors; a cancelled call was given up by the agent. */
    private static final Set<String> SUCCESSFUL_OUTCOMES = Set.of("answered", "cancelled");

    private final InstantSource clock;
    private final Supplier<Map<String, Long>> outcomeCounts;
    private final Supplier<Long> nanoTime;

    /** Oldest first. This and the following fields are guarded by {@code this}. */
    private final Deque<MinuteOfCalls> finishedMinutes = new ArrayDeque<>();

    private long minuteStart;
    private long callsBefore;
    private long errorsBefore;

    /** {@code outcomeCounts} are calls since the start by outcome; {@code nanoTime} is a monotonic clock. */
    CallsPerMinute(Supplier<Map<String, Long>> endings, InstantSource clock, Supplier<Long> ticks) {
        this.outcomeCounts = endings;
        this.clock = clock;
        this.nanoTime = ticks;
        minuteStart = ticks.get();
        callsBefore = total(endings.get());
        errorsBefore = errors(endings.get());
    }

    /** Must be called at least once a minute. */
    synchronized void sample() {
        var over = (nanoTime.get() - minuteStart) / MINUTE_NANOS;
        if (over > 0) {
            // If samples are late, the first missed minute gets all calls.
            finishedMinutes.add(currentMinute());
            callsBefore = total(outcomeCounts.get());
            errorsBefore = errors(outcomeCounts.get());
            for (var missed = 1; missed < Math.min(over, MINUTES_PER_HOUR); missed++) {
                finishedMinutes.add(new MinuteOfCalls(0, 0));
            }
            minuteStart += over * MINUTE_NANOS;
        }
        while (finishedMinutes.size() >= MINUTES_PER_HOUR) {
            finishedMinutes.removeFirst();
        }
    }

    /** The last hour including the current minute. */
    synchronized HourOfCalls lastHour() {
        sample();
        var shown = new ArrayList<>(finishedMinutes);
        shown.add(currentMinute());
        return new HourOfCalls(startOfFirst(shown.size()), shown);
    }

    private MinuteOfCalls currentMinute() {
        var now = outcomeCounts.get();
        return new MinuteOfCalls((int) (total(now) - callsBefore), (int) (errors(now) - errorsBefore));
    }

    private Instant startOfFirst(int minutes) {
        var elapsed = TimeUnit.NANOSECONDS.toMillis(nanoTime.get() - minuteStart);
        return clock.instant().minusMillis(elapsed).minus(minutes - 1L, ChronoUnit.MINUTES);
    }

    private static long total(Map<String, Long> endings) {
        return endings.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long errors(Map<String, Long> endings) {
        return endings.entrySet().stream()
                .filter(ending -> !SUCCESSFUL_OUTCOMES.contains(ending.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
