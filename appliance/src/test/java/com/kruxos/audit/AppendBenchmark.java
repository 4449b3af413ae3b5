package com.kruxos.audit;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/** Measures the cost of an append; a program, not a test. Argument: the number of agents that take turns. */
final class AppendBenchmark {
    private AppendBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        var agents = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 16;
        var folder = Files.createTempDirectory("audit-cost");
        try (var audit = AuditSamples.open(folder)) {
            for (var pass = 0; pass < 6; pass++) {
                measureConcurrent(audit, 16, 2_000, agents);
            }
            measureSequential(audit, 4_000);
            measureSequential(audit, 4_000);
        }
        System.out.println("db " + (Files.size(folder.resolve("audit.db")) >> 10) + " KiB");
        System.out.println(AuditLog.verify(folder.resolve("audit.db")));
    }

    private static void measureConcurrent(AuditLog audit, int callers, int calls, int agents)
            throws InterruptedException {
        var done = new CountDownLatch(callers);
        var cpu = cpuNanos();
        var start = System.nanoTime();
        for (var i = 0; i < callers; i++) {
            var first = i;
            Thread.ofVirtual().start(() -> {
                for (var n = 0; n < calls; n++) {
                    var agent = "ag_" + (first + n * callers) % agents;
                    var opened = audit.append(AuditSamples.intent(agent), Durability.SYNCED);
                    audit.append(AuditSamples.outcome(agent, opened), Durability.COMMITTED);
                }
                done.countDown();
            });
        }
        done.await();
        var appends = 2.0 * callers * calls;
        System.out.printf(
                "%d callers: %.1f µs CPU an append, %.0f appends/s%n",
                callers, (cpuNanos() - cpu) / appends / 1000, appends * 1e9 / (System.nanoTime() - start));
    }

    private static void measureSequential(AuditLog audit, int count) throws InterruptedException {
        var took = new long[count];
        var thread = Thread.ofVirtual().start(() -> {
            for (var n = 0; n < count; n++) {
                var start = System.nanoTime();
                audit.append(AuditSamples.completedAction("test", "done"), Durability.SYNCED);
                took[n] = System.nanoTime() - start;
            }
        });
        var cpu = cpuNanos();
        thread.join();
        Arrays.sort(took);
        System.out.printf(
                "alone, synced: p50 %.0f µs, p99 %.0f µs, %.0f µs CPU%n",
                took[count / 2] / 1e3, took[count * 99 / 100] / 1e3, (cpuNanos() - cpu) / 1e3 / count);
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
