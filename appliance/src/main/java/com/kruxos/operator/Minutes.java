package com.kruxos.operator;

import com.kruxos.dashboard.Minute;
import com.kruxos.dashboard.Traffic;
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
 * Agents' calls of the last hour, minute by minute, from counters that only grow. Minutes are counted by the machine's
 * own steady clock, so that setting the time makes no gap. Safe for any thread.
 */
final class Minutes {
    private static final int HOUR = 60;
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    /** What does not count as an error of a call: it was answered, or the agent gave it up itself. */
    private static final Set<String> WELL = Set.of("answered", "cancelled");

    private final InstantSource clock;
    private final Supplier<Map<String, Long>> endings;
    private final Supplier<Long> ticks;

    /** Whole minutes, oldest first; guarded by this, like what follows. */
    private final Deque<Minute> past = new ArrayDeque<>();

    private long began;
    private long calls;
    private long errors;

    /** {@code endings} are calls by outcome since the start; {@code ticks} are nanoseconds of a clock nobody sets. */
    Minutes(Supplier<Map<String, Long>> endings, InstantSource clock, Supplier<Long> ticks) {
        this.endings = endings;
        this.clock = clock;
        this.ticks = ticks;
        began = ticks.get();
        calls = all(endings.get());
        errors = errors(endings.get());
    }

    /** To be called now and then, at least once a minute. */
    synchronized void look() {
        var over = (ticks.get() - began) / MINUTE;
        if (over > 0) {
            // Of minutes nobody looked at, the first gets everything: that is at most as wrong as the look was late.
            past.add(current());
            calls = all(endings.get());
            errors = errors(endings.get());
            for (var missed = 1; missed < Math.min(over, HOUR); missed++) {
                past.add(new Minute(0, 0));
            }
            began += over * MINUTE;
        }
        while (past.size() >= HOUR) {
            past.removeFirst();
        }
    }

    /** The last hour, the minute that is under way included. */
    synchronized Traffic traffic() {
        look();
        var shown = new ArrayList<>(past);
        shown.add(current());
        return new Traffic(from(shown.size()), shown);
    }

    private Minute current() {
        var now = endings.get();
        return new Minute((int) (all(now) - calls), (int) (errors(now) - errors));
    }

    private Instant from(int minutes) {
        var elapsed = TimeUnit.NANOSECONDS.toMillis(ticks.get() - began);
        return clock.instant().minusMillis(elapsed).minus(minutes - 1L, ChronoUnit.MINUTES);
    }

    private static long all(Map<String, Long> endings) {
        return endings.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long errors(Map<String, Long> endings) {
        return endings.entrySet().stream()
                .filter(ending -> !WELL.contains(ending.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
