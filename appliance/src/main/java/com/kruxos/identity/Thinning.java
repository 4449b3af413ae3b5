package com.kruxos.identity;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Something that strangers make happen as often as they like, told at most once a second: a flood must not fill the
 * record. Safe for any thread.
 */
public final class Thinning {
    private final InstantSource clock;
    private final AtomicLong untold = new AtomicLong();
    private final AtomicLong lastTold = new AtomicLong(Long.MIN_VALUE);

    public Thinning(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * It happened once more.
     *
     * @param tell is given how often since it was last told; not called when that was in this second. When it fails, so
     *     does this, and they count for the next time
     */
    public void happened(LongConsumer tell) {
        var second = clock.instant().getEpochSecond();
        var count = untold.incrementAndGet();
        if (lastTold.getAndSet(second) == second) {
            return;
        }
        untold.addAndGet(-count);
        try {
            tell.accept(count);
        } catch (RuntimeException e) {
            untold.addAndGet(count);
            throw e;
        }
    }
}
