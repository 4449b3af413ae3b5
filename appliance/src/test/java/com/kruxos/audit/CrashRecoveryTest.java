package com.kruxos.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process killed at any time loses no acknowledged record, and leaves a log that verifies and can be continued. */
class CrashRecoveryTest {
    @TempDir
    Path folder;

    @Test
    @Timeout(300)
    void noAcknowledgedRecordIsLostWhenTheProcessIsKilled() throws Exception {
        killRepeatedly(Integer.getInteger("audit.kills", 20), folder);
    }

    @Test
    @Tag("full")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void noAcknowledgedRecordIsLostInAThousandKills() throws Exception {
        // The whole log is verified after every kill: a single log for all kills would take hours.
        for (var log = 0; log < 10; log++) {
            killRepeatedly(100, Files.createDirectory(folder.resolve("log-" + log)));
        }
    }

    // Fails when AuditWriter.commitBatch releases callers before store.commit(), and when recordOutcome does nothing
    // but AuditWriter.enqueueSpooled.
    private static void killRepeatedly(int rounds, Path folder) throws Exception {
        var seed = System.nanoTime();
        var random = new Random(seed);
        var acknowledged = new HashSet<Long>();
        for (var round = 0; round < rounds; round++) {
            var process = startChild(folder);
            try (var lines = process.inputReader(StandardCharsets.US_ASCII)) {
                if (round % 4 == 0) {
                    pause(random.nextInt(600)); // perhaps while it opens the log
                } else {
                    var until = 1 + random.nextInt(3000); // perhaps while it files records or moves the log
                    for (var n = 0; n < until; n++) {
                        var line = lines.readLine();
                        assertThat(line)
                                .as("the child goes on, round %d", round)
                                .isNotNull();
                        acknowledged.add(Long.valueOf(line));
                    }
                }
                process.toHandle().destroyForcibly(); // unlike Process.destroyForcibly this leaves the rest to be read
                lines.lines()
                        .filter(CrashRecoveryTest::isComplete)
                        .map(Long::valueOf)
                        .forEach(acknowledged::add);
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertHolds(folder, acknowledged, round, seed);
        }
    }

    /** The kill may have truncated the last line. */
    private static boolean isComplete(String line) {
        return line.matches("[0-]\\d{11}");
    }

    private static void pause(int millis) {
        var deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < deadline) {
            LockSupport.parkNanos(deadline - System.nanoTime());
        }
    }

    private static void assertHolds(Path folder, Set<Long> acknowledged, int round, long seed) {
        try (var audit = AuditSamples.open(folder)) {
            var found = audit.verify();
            assertThat(found.broken()).as("round %d, seed %d", round, seed).isNull();
            assertThat(acknowledged)
                    .as("round %d, seed %d", round, seed)
                    .allMatch(seq -> seq != 0 && Math.abs(seq) <= found.records());
            var left = audit.danglingIntents().size();
            assertThat(left)
                    .as("each of four callers has one call open, and the spool has room for so many endings")
                    .isLessThanOrEqualTo(4 + Spool.SLOT_COUNT);
            assertThat(audit.closeDanglingIntents()).isEqualTo(left);
            assertThat(wronglyInterrupted(audit, acknowledged))
                    .as("concluded, yet interrupted; round %d, seed %d", round, seed)
                    .isEmpty();
        }
    }

    /** Intents with an acknowledged outcome that were closed as interrupted, in any round. */
    private static Set<Long> wronglyInterrupted(AuditLog audit, Set<Long> acknowledged) {
        var found = new HashSet<Long>();
        var kind = new AuditQuery(null, null, 1_000_000, null, null, "audit.interrupted");
        for (var leaf : audit.query(kind)) {
            var opened = Long.parseLong(leaf.json().replaceAll(".*\"opened\":(\\d+).*", "$1"));
            if (acknowledged.contains(-opened)) {
                found.add(opened);
            }
        }
        return found;
    }

    private static Process startChild(Path folder) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        java,
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AppendingProcess.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /**
     * Appends from four callers until it is killed, and prints each sequence number at once; negative when the outcome
     * of that intent was recorded.
     */
    static final class AppendingProcess {
        private AppendingProcess() {}

        public static void main(String[] arguments) throws InterruptedException {
            var audit = AuditSamples.open(Path.of(arguments[0]));
            AuditLogTest.runConcurrently(4, caller -> {
                while (true) {
                    var opened = audit.recordIntent(AuditSamples.intent("ag_" + caller));
                    print(opened.seq());
                    audit.recordOutcome(
                            opened, "call.closed", "answered", Details.none().with("bytes", 256));
                    print(-opened.seq());
                    print(audit.append(AuditSamples.completedAction("test", "done"), Durability.COMMITTED));
                }
            });
        }

        private static void print(long seq) {
            var line = "%012d\n".formatted(seq).getBytes(StandardCharsets.US_ASCII);
            synchronized (System.out) {
                System.out.write(line, 0, line.length);
                System.out.flush();
            }
        }
    }
}
