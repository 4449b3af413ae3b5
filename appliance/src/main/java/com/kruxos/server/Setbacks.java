package com.kruxos.server;

import java.time.Duration;

/** How often a server has failed in a row, and until when it is left alone for that. Guarded by its owner's lock. */
final class Setbacks {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /** After so many the server counts as broken: it is still tried, but nobody waits for it. */
    private static final int BROKEN_AFTER = 5;

    /** A life this long clears the failures before it. */
    private static final Duration SOUND = Duration.ofSeconds(30);

    private int failures;
    private long nextTry;

    /** Counts one more; gives back how long to pause before the next try. */
    Duration another() {
        failures++;
        var pause = LONGEST_PAUSE;
        if (failures < 20) {
            var doubled = FIRST_PAUSE.multipliedBy(1L << (failures - 1));
            pause = doubled.compareTo(pause) < 0 ? doubled : pause;
        }
        nextTry = System.nanoTime() + pause.toNanos();
        return pause;
    }

    /** A life that began then, by {@link System#nanoTime}, has ended. */
    void lived(long since) {
        if (System.nanoTime() - since > SOUND.toNanos()) {
            clear();
        }
    }

    void clear() {
        failures = 0;
    }

    boolean none() {
        return failures == 0;
    }

    boolean broken() {
        return failures >= BROKEN_AFTER;
    }

    /** Whether the next try comes after this moment, by {@link System#nanoTime}. */
    boolean pauseBeyond(long moment) {
        return nextTry - moment > 0;
    }
}
