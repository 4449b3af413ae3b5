package com.kruxos.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Traces the system calls of the process with strace. */
class FsyncTest {
    private static final Path STRACE = Path.of("/usr/bin/strace");
    private static final String COMMITTED = "/committed";
    private static final String SYNCED = "/synced";
    private static final String DONE = "/done";

    @TempDir
    Path folder;

    // Fails when AuditStore.begin ignores its argument, either way. All commits are written to one file, the log, in
    // their order; so the one sync that follows covers those without a sync.
    @Test
    @Timeout(120)
    void aCommittedRecordIsSyncedWithTheNextSyncedOne() throws Exception {
        requireStrace();
        var trace = traceChild();
        var committed = between(trace, COMMITTED, SYNCED);
        assertThat(committed).noneMatch(FsyncTest::isSync);
        assertThat(committed.stream().filter(FsyncTest::isWriteToTheLog)).hasSizeGreaterThanOrEqualTo(10);
        assertThat(committed.stream().filter(line -> line.contains("pwrite64"))).allMatch(FsyncTest::isWriteToTheLog);

        var synced = between(trace, SYNCED, DONE);
        assertThat(synced.stream().filter(FsyncTest::isSync)).hasSize(1).allMatch(line -> line.contains("-wal>"));
        assertThat(synced.indexOf(first(synced, FsyncTest::isSync)))
                .isGreaterThan(synced.lastIndexOf(first(synced.reversed(), FsyncTest::isWriteToTheLog)));
    }

    private List<String> traceChild() throws Exception {
        var trace = folder.resolve("trace");
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        STRACE.toString(),
                        "-f",
                        "-y",
                        "-e",
                        "trace=fsync,fdatasync,pwrite64,rmdir",
                        "-o",
                        trace.toString(),
                        java,
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TracedProcess.class.getName(),
                        folder.toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return Files.readAllLines(trace);
    }

    private static List<String> between(List<String> trace, String from, String to) {
        return trace.subList(
                trace.indexOf(first(trace, line -> line.contains(from + "\""))),
                trace.indexOf(first(trace, line -> line.contains(to + "\""))));
    }

    private static String first(List<String> lines, Predicate<String> which) {
        return lines.stream().filter(which).findFirst().orElseThrow();
    }

    private static boolean isSync(String line) {
        return line.matches(".*\\bf(data)?sync\\(.*");
    }

    private static boolean isWriteToTheLog(String line) {
        return line.contains("pwrite64(") && line.contains("-wal>");
    }

    private static void requireStrace() {
        if (!Files.isExecutable(STRACE)) {
            assertThat(System.getenv("CI")).as("CI must have " + STRACE).isNotEqualTo("true");
            Assumptions.abort("skipped: there is no " + STRACE + " here");
        }
    }

    /** Creates and removes folders as marks in the trace. */
    static final class TracedProcess {
        private TracedProcess() {}

        public static void main(String[] arguments) {
            var folder = Path.of(arguments[0]);
            try (var audit = AuditSamples.open(folder)) {
                audit.append(AuditSamples.intent("a"), Durability.SYNCED);
                mark(folder + COMMITTED);
                for (var n = 0; n < 5; n++) {
                    audit.append(AuditSamples.outcome("a", 1), Durability.COMMITTED);
                }
                mark(folder + SYNCED);
                audit.append(AuditSamples.intent("a"), Durability.SYNCED);
                mark(folder + DONE);
            }
        }

        private static void mark(String folder) {
            var made = new File(folder);
            assertThat(made.mkdir()).isTrue();
            assertThat(made.delete()).isTrue();
        }
    }
}
