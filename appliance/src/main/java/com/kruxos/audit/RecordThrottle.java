package com.kruxos.audit;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Limits audit records of events that unauthenticated peers cause at any rate to one a second, so that a flood does not
 * fill the audit log. Safe for any thread.
 */
public final class RecordThrottle {
    private final InstantSource clock;
    private final AtomicLong unrecorded = new AtomicLong();
    private final AtomicLong lastRecordedSecond = new AtomicLong(Long.MIN_VALUE);

    public RecordThrottle(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Counts one occurrence.
     *
     * @param record receives the number of occurrences since the last record; not called when a record was written in
     *     this second. If it throws, so does this method, and the occurrences are counted for the next record
     */
    public void recordOccurrence(LongConsumer record) {
        var second = clock.instant().getEpochSecond();
        var count = unrecorded.incrementAndGet();
        if (lastRecordedSecond.getAndSet(second) == second) {
            return;
        }
        unrecorded.addAndGet(-count);
        try {
            record.accept(count);
        } catch (RuntimeException e) {
            unrecorded.addAndGet(count);
            throw e;
        }
    }
}
