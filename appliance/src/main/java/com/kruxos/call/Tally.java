package com.kruxos.call;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts how requests ended since the start. Safe for any thread; those who count do not wait for each other. */
final class Tally {
    private final Map<Ending, LongAdder> counts = new ConcurrentHashMap<>();

    void count(Ending ending) {
        of(ending).increment();
    }

    /** By {@link Ending#word}; what has not happened yet is there with 0, so that a watcher sees its first time. */
    Map<String, Long> byWord() {
        var words = new LinkedHashMap<String, Long>();
        for (var ending : Ending.values()) {
            words.put(ending.word(), of(ending).sum());
        }
        return words;
    }

    private LongAdder of(Ending ending) {
        return counts.computeIfAbsent(ending, _ -> new LongAdder());
    }
}
