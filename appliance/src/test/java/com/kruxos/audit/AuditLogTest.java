package com.kruxos.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AuditLogTest {
    @TempDir
    Path folder;

    @Test
    void sequenceNumbersStartAtOneAndHaveNoGapsAcrossRestarts() {
        try (var audit = AuditSamples.open(folder)) {
            assertThat(LongStream.range(0, 3)
                            .map(i -> audit.append(AuditSamples.completedAction("test", "done"), Durability.SYNCED))
                            .boxed())
                    .containsExactly(1L, 2L, 3L);
        }
        try (var audit = AuditSamples.open(folder)) {
            assertThat(audit.lastSeq()).isEqualTo(3);
            assertThat(audit.append(AuditSamples.completedAction("test", "done"), Durability.COMMITTED))
                    .isEqualTo(4);
            assertThat(audit.verify()).isEqualTo(new VerificationResult(true, 4, hash(audit, 4), null));
            assertThat(audit.health().state()).isEqualTo(AuditHealth.HealthState.GREEN);
        }
    }

    // Fails without `chain.lastHash = hash` in AuditStore.append, and without the look-up in AuditStore.chainHead after
    // a restart.
    @Test
    void eachPrincipalHasItsOwnHashChain() {
        try (var audit = AuditSamples.open(folder)) {
            audit.append(AuditSamples.intent("a"), Durability.SYNCED);
            audit.append(AuditSamples.intent("b"), Durability.SYNCED);
            audit.append(AuditSamples.outcome("a", 1), Durability.SYNCED);
        }
        try (var audit = AuditSamples.open(folder)) {
            audit.append(AuditSamples.outcome("b", 2), Durability.SYNCED);
            assertThat(json(audit, 1)).doesNotContain("previous");
            assertThat(json(audit, 2)).doesNotContain("previous");
            assertThat(json(audit, 3)).contains("\"previous\":\"" + hash(audit, 1) + "\"");
            assertThat(json(audit, 4)).contains("\"previous\":\"" + hash(audit, 2) + "\"");
        }
    }

    @Test
    void aChainIsIdentifiedByPrincipalTypeAndIdOnly() {
        try (var audit = AuditSamples.open(folder)) {
            var renamed =
                    new AuditPrincipal(AuditPrincipal.PrincipalType.AGENT, "a", "new name", "elsewhere", "user:u1");
            audit.append(AuditSamples.intent("a"), Durability.SYNCED);
            audit.append(entry(renamed, "k"), Durability.SYNCED);
            audit.append(
                    entry(new AuditPrincipal(AuditPrincipal.PrincipalType.USER, "a", "a", "x", null), "k"),
                    Durability.SYNCED);
            assertThat(json(audit, 2)).contains("\"previous\":\"" + hash(audit, 1) + "\"");
            assertThat(json(audit, 3)).doesNotContain("previous");
        }
    }

    // Enough records that some are indexed, by many agents: their chain heads must be found again after a restart.
    @Test
    void concurrentAppendsGetDistinctNumbers() throws InterruptedException {
        var numbers = new ConcurrentLinkedQueue<Long>();
        try (var audit = AuditSamples.open(folder)) {
            runConcurrently(16, caller -> {
                for (var n = 0; n < 200; n++) {
                    var agent = "ag_" + (caller * 31 + n) % 97;
                    var opened = audit.append(AuditSamples.intent(agent), Durability.SYNCED);
                    numbers.add(opened);
                    numbers.add(audit.append(AuditSamples.outcome(agent, opened), Durability.COMMITTED));
                }
            });
        }
        assertThat(numbers.stream().sorted())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 6400).boxed().toList());
        try (var audit = AuditSamples.open(folder)) {
            assertThat(audit.danglingIntents()).isEmpty();
            for (var agent = 0; agent < 97; agent++) {
                audit.append(AuditSamples.intent("ag_" + agent), Durability.COMMITTED);
            }
            assertThat(audit.verify().records()).isEqualTo(6497);
            assertThat(audit.verify().ok()).isTrue();
        }
    }

    @Test
    void queriesFindIndexedAndUnindexedRecords() {
        try (var audit = AuditSamples.open(folder)) {
            var expected = new ArrayList<Long>();
            for (var n = 0; n < 2500; n++) { // the first 2,048 are indexed, the rest is not
                var seq = audit.append(AuditSamples.intent("ag_" + n % 5), Durability.COMMITTED);
                if (n % 5 == 3) {
                    expected.add(seq);
                }
            }
            audit.append(AuditSamples.completedAction("agent.create", "done"), Durability.SYNCED);

            assertThat(numbers(audit, AuditQuery.newest(3))).containsExactly(2499L, 2500L, 2501L);
            assertThat(numbers(audit, AuditQuery.after(2046, 4))).containsExactly(2047L, 2048L, 2049L, 2050L);
            assertThat(numbers(audit, new AuditQuery(null, 4L, 500, null, null, null)))
                    .containsExactly(1L, 2L, 3L);
            assertThat(numbers(audit, new AuditQuery(null, 4L, 2, null, null, null)))
                    .containsExactly(2L, 3L);
            assertThat(numbers(audit, new AuditQuery(5L, 8L, 500, null, null, null)))
                    .containsExactly(6L, 7L);
            assertThat(numbers(audit, AuditQuery.newest(10_000))).hasSize(500);

            assertThat(numbers(audit, new AuditQuery(null, null, 500, "ag_3", null, null)))
                    .containsExactlyElementsOf(expected);
            assertThat(numbers(audit, new AuditQuery(null, null, 120, null, "agent:ag_3", null)))
                    .containsExactlyElementsOf(expected.subList(380, 500));
            assertThat(numbers(audit, new AuditQuery(0L, null, 2, "ag_3", null, null)))
                    .containsExactly(4L, 9L);
            assertThat(numbers(audit, new AuditQuery(null, null, 500, "ag_3", "user:u", null)))
                    .isEmpty();
            assertThat(numbers(audit, new AuditQuery(null, null, 500, "ag_3", null, "call.opened")))
                    .containsExactlyElementsOf(expected);
            assertThat(numbers(audit, new AuditQuery(null, null, 500, "ag_3", null, "agent.create")))
                    .isEmpty();
            assertThat(numbers(audit, new AuditQuery(null, null, 500, null, null, "agent.create")))
                    .containsExactly(2501L);
            assertThat(numbers(audit, new AuditQuery(null, 2000L, 2, null, null, "call.opened")))
                    .containsExactly(1998L, 1999L);
        }
    }

    @Test
    void waitersAreWokenByTheNextRecord() throws InterruptedException {
        try (var audit = AuditSamples.open(folder)) {
            assertThat(audit.awaitRecordAfter(0, Duration.ofMillis(1))).isFalse();
            var heard = new CountDownLatch(1);
            var waiter = Thread.ofVirtual().start(() -> {
                if (audit.awaitRecordAfter(0, Duration.ofSeconds(60))) {
                    heard.countDown();
                }
            });
            audit.append(AuditSamples.completedAction("test", "done"), Durability.COMMITTED);
            heard.await();
            waiter.join();
            assertThat(audit.awaitRecordAfter(0, Duration.ZERO)).isTrue();
        }
    }

    @Test
    void anInterruptDoesNotShortenAnAppendAndIsPreserved() throws InterruptedException {
        try (var audit = AuditSamples.open(folder)) {
            var seen = new ArrayList<Object>();
            Thread.ofVirtual()
                    .start(() -> {
                        Thread.currentThread().interrupt();
                        seen.add(audit.append(AuditSamples.completedAction("test", "done"), Durability.SYNCED));
                        seen.add(Thread.currentThread().isInterrupted());
                    })
                    .join();
            assertThat(seen).containsExactly(1L, true);
        }
    }

    @Test
    void aClosedLogRejectsAppends() {
        var audit = AuditSamples.open(folder);
        audit.append(AuditSamples.completedAction("test", "done"), Durability.COMMITTED);
        audit.close();
        assertThatThrownBy(() -> audit.append(AuditSamples.completedAction("test", "done"), Durability.COMMITTED))
                .isInstanceOf(AuditWriteFailed.class);
        assertThat(audit.awaitRecordAfter(1, Duration.ofSeconds(60))).isFalse();
    }

    @Test
    void closeWritesQueuedRecords() throws InterruptedException {
        var audit = AuditSamples.open(folder);
        var acknowledged = new ConcurrentLinkedQueue<Long>();
        var closer = Thread.ofVirtual().unstarted(audit::close);
        runConcurrently(8, caller -> {
            try {
                for (var n = 0; n < 100; n++) {
                    acknowledged.add(audit.append(AuditSamples.intent("a"), Durability.COMMITTED));
                    if (n == 50 && caller == 0) {
                        closer.start();
                    }
                }
            } catch (AuditWriteFailed e) {
                assertThat(e).hasMessageContaining("closed");
            }
        });
        closer.join();
        var found = AuditLog.verify(folder.resolve("audit.db"));
        assertThat(found.ok()).isTrue();
        assertThat(found.records()).isEqualTo(acknowledged.size());
    }

    @Test
    void anExportVerifiesAndContainsTheExactLeafBytes() throws Exception {
        try (var audit = AuditSamples.open(folder)) {
            for (var n = 0; n < 700; n++) {
                audit.append(AuditSamples.intent("a"), Durability.COMMITTED);
            }
            var export = new ByteArrayOutputStream();
            assertThat(audit.export(export)).isEqualTo(700);
            assertThat(ExportLine.verify(new ByteArrayInputStream(export.toByteArray())))
                    .isEqualTo(audit.verify());
            assertThat(export.toString(StandardCharsets.UTF_8).lines().skip(699))
                    .containsExactly("{\"hash\":\"" + hash(audit, 700) + "\",\"leaf\":" + json(audit, 700) + "}");
        }
    }

    // A fixed clock makes the time in the leaf predictable.
    @Test
    void recordTimesComeFromTheClock() {
        var moment = Instant.parse("2026-11-21T10:20:30.123456789Z");
        try (var audit = AuditLog.open(folder.resolve("audit.db"), AuditSamples.KEY, () -> moment)) {
            audit.append(AuditSamples.completedAction("test", "done"), Durability.COMMITTED);
            assertThat(json(audit, 1)).contains("\"time\":\"2026-11-21T10:20:30.123456Z\"");
        }
    }

    @Test
    void digestsDependOnTheKeyAndTheGivenRangeOnly() {
        var bytes = new byte[] {1, 2, 3, 4};
        try (var audit = AuditSamples.open(folder)) {
            assertThat(audit.digest(bytes, 1, 3))
                    .matches("hmac-sha256:[0-9a-f]{64}")
                    .isEqualTo(audit.digest(new byte[] {2, 3}, 0, 2))
                    .isNotEqualTo(audit.digest(bytes, 0, 3));
        }
        try (var other = AuditLog.open(folder.resolve("other.db"), new byte[32], Instant::now)) {
            try (var audit = AuditSamples.open(folder)) {
                assertThat(other.digest(bytes, 1, 3)).isNotEqualTo(audit.digest(bytes, 1, 3));
            }
        }
    }

    interface CallerTask {
        void run(int number);
    }

    static void runConcurrently(int callers, CallerTask work) throws InterruptedException {
        var threads = IntStream.range(0, callers)
                .mapToObj(n -> Thread.ofVirtual().start(() -> work.run(n)))
                .toList();
        for (var thread : threads) {
            thread.join();
        }
    }

    private static AuditEntry entry(AuditPrincipal who, String kind) {
        return AuditEntry.by(who, kind, kind).outcome("done");
    }

    private static List<Long> numbers(AuditLog audit, AuditQuery query) {
        return audit.query(query).stream().map(AuditRecord::seq).toList();
    }

    private static String json(AuditLog audit, long seq) {
        return audit.query(AuditQuery.after(seq - 1, 1)).getFirst().json();
    }

    private static String hash(AuditLog audit, long seq) {
        return audit.query(AuditQuery.after(seq - 1, 1)).getFirst().hash();
    }
}
