package com.kruxos.call;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts recorded outcomes since the start. Safe for any thread, without contention. */
final class OutcomeCounters {
    private final Map<RecordedOutcome, LongAdder> counts = new ConcurrentHashMap<>();

    void increment(RecordedOutcome outcome) {
        counterOf(outcome).increment();
    }

    /** By {@link RecordedOutcome#auditName}, including outcomes that have not occurred. */
    Map<String, Long> toMap() {
        var counted = new LinkedHashMap<String, Long>();
        for (var outcome : RecordedOutcome.values()) {
            counted.put(outcome.auditName(), counterOf(outcome).sum());
        }
        return counted;
    }

    private LongAdder counterOf(RecordedOutcome outcome) {
        return counts.computeIfAbsent(outcome, _ -> new LongAdder());
    }
}
