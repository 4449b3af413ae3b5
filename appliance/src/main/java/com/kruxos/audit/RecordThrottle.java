package com.kruxos.audit;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Something that strangers make happen as often as they like, told at most once a second: a flood must not fill the
 * record. Safe for any thread.
 */
public final class RecordThrottle {
    private final InstantSource clock;
    private final AtomicLong unrecorded = new AtomicLong();
    private final AtomicLong lastRecordedSecond = new AtomicLong(Long.MIN_VALUE);

    public RecordThrottle(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * It happened once more.
     *
     * @param tell is given how often since it was last told; not called when that was in this second. When it fails, so
     *     does this, and they count for the next time
     */
    public void recordOccurrence(LongConsumer tell) {
        var second = clock.instant().getEpochSecond();
        var count = unrecorded.incrementAndGet();
        if (lastRecordedSecond.getAndSet(second) == second) {
            return;
        }
        unrecorded.addAndGet(-count);
        try {
            tell.accept(count);
        } catch (RuntimeException e) {
            unrecorded.addAndGet(count);
            throw e;
        }
    }
}
