package com.kruxos.call;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts how requests ended since the start. Safe for any thread; those who count do not wait for each other. */
final class OutcomeCounters {
    private final Map<RecordedOutcome, LongAdder> counts = new ConcurrentHashMap<>();

    void increment(RecordedOutcome ending) {
        counterOf(ending).increment();
    }

    /**
     * By {@link RecordedOutcome#auditName}; what has not happened yet is there with 0, so that a watcher sees its first
     * time.
     */
    Map<String, Long> toMap() {
        var words = new LinkedHashMap<String, Long>();
        for (var ending : RecordedOutcome.values()) {
            words.put(ending.auditName(), counterOf(ending).sum());
        }
        return words;
    }

    private LongAdder counterOf(RecordedOutcome ending) {
        return counts.computeIfAbsent(ending, _ -> new LongAdder());
    }
}
