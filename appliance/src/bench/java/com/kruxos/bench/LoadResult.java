package com.kruxos.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Calls made by several sessions in parallel, and their latencies. */
record LoadResult(long calls, double seconds, long p50Nanos, long p99Nanos) {
    double callsPerSecond() {
        return calls / seconds;
    }

    static LoadResult measure(List<BenchSession> callers, double seconds) throws Exception {
        var fault = new AtomicReference<Exception>();
        var all = new ArrayList<long[]>();
        var end = System.nanoTime() + (long) (seconds * 1e9);
        var started = System.nanoTime();
        var threads = new ArrayList<Thread>();
        for (var caller : callers) {
            threads.add(Thread.ofVirtual().start(() -> {
                var times = new long[1 << 12];
                var count = 0;
                try {
                    while (System.nanoTime() < end) {
                        var before = System.nanoTime();
                        caller.call(count + 1);
                        if (count == times.length) {
                            times = Arrays.copyOf(times, count * 2);
                        }
                        times[count++] = System.nanoTime() - before;
                    }
                } catch (IOException e) {
                    fault.set(e);
                }
                synchronized (all) {
                    all.add(Arrays.copyOf(times, count));
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }
        if (fault.get() != null) {
            throw fault.get();
        }
        var took = (System.nanoTime() - started) / 1e9;
        var sorted = all.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        return new LoadResult(sorted.length, took, sorted[sorted.length / 2], sorted[(int) (sorted.length * 0.99)]);
    }
}
