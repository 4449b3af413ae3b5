package com.kruxos.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.peers.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On a real full disk, new entries are refused, outcomes are recorded, reads work, and recording resumes by itself. */
@Timeout(180)
class DiskFullTest {
    // Fails without `reserve.releaseBallast()` in AuditWriter.onFailure (outcomes are refused), without the change of
    // state there (intents are accepted), and without `state = RECORDING` in AuditWriter.probe (recording never
    // resumes).
    @Test
    void onAFullDiskOnlyOutcomesAreRecordedUntilThereIsSpace() throws IOException {
        try (var disk = SmallDisk.mount(24);
                var audit = AuditSamples.open(disk.folder())) {
            var ballast = disk.folder().resolve("audit.ballast");
            assertThat(Files.size(ballast)).isEqualTo(DiskReserve.BALLAST_BYTES);
            for (var round = 0; round < 2; round++) {
                disk.fill();
                var opened = appendUntilRefused(audit);
                assertThat(audit.health().state()).isEqualTo(AuditHealth.HealthState.RED);
                assertThat(audit.health().reason()).isEqualTo("the disk is full");
                assertThat(audit.health().hint()).contains(disk.folder().toString());
                assertThat(audit.pingWriter()).isTrue(); // refusing comes first, then the thread makes room
                assertThat(ballast).doesNotExist();

                for (var seq : opened.subList(0, Math.min(500, opened.size()))) {
                    audit.append(AuditSamples.outcome("a", seq), Durability.COMMITTED);
                }
                assertAppendsAreRefused(audit);
                assertThat(audit.query(AuditQuery.newest(1)).getFirst().json()).contains("call.closed");
                assertThat(audit.verify()).matches(VerificationResult::ok).matches(v -> v.records() == audit.lastSeq());

                disk.free();
                awaitGreen(audit);
                assertThat(ballast).exists();
                assertThat(audit.query(new AuditQuery(null, null, 1, null, null, "audit.resumed"))
                                .getFirst()
                                .json())
                        .contains("\"reason\":\"the disk is full\"");
            }
            audit.append(AuditSamples.intent("a"), Durability.SYNCED);
            assertThat(audit.verify()).matches(VerificationResult::ok).matches(v -> v.records() == audit.lastSeq());
        }
    }

    @Test
    void outcomesAreRejectedWhenTheReserveIsUsedUp() throws IOException {
        try (var disk = SmallDisk.mount(24);
                var audit = AuditSamples.open(disk.folder())) {
            disk.fill();
            var opened = appendUntilRefused(audit);
            disk.fill(); // what the ballast gave back
            assertThatThrownBy(() -> {
                        for (var n = 0; n < 100_000; n++) {
                            audit.append(AuditSamples.outcome("a", opened.getFirst()), Durability.COMMITTED);
                        }
                    })
                    .isInstanceOf(AuditWriteFailed.class)
                    .hasMessageContaining("the disk is full");
            var last = audit.lastSeq();
            disk.free();
            awaitGreen(audit);
            assertThat(audit.lastSeq()).isEqualTo(last + 1);
            assertThat(audit.verify().ok()).isTrue();
        }
    }

    // Neither refused nor accepted requests may keep the writer from looking for space.
    @Test
    void recordingResumesWhileCallersKeepRetrying() throws IOException, InterruptedException {
        try (var disk = SmallDisk.mount(24);
                var audit = AuditSamples.open(disk.folder())) {
            disk.fill();
            var opened = appendUntilRefused(audit).getFirst();
            disk.fill();
            var trying = Thread.ofVirtual().start(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    try {
                        audit.append(AuditSamples.outcome("a", opened), Durability.COMMITTED);
                    } catch (AuditWriteFailed e) {
                        // The reserve is used up.
                    }
                    LockSupport.parkNanos(5_000_000);
                }
            });
            disk.free();
            awaitGreen(audit);
            trying.interrupt();
            trying.join();
            assertThat(audit.verify().ok()).isTrue();
        }
    }

    @Test
    void theLogOpensOnAFullDiskAndRecordsWhenThereIsSpace() throws IOException {
        try (var disk = SmallDisk.mount(24)) {
            try (var audit = AuditSamples.open(disk.folder())) {
                audit.append(AuditSamples.intent("a"), Durability.SYNCED);
            }
            disk.fill();
            fillSpaceOfDeletedLog(disk);
            try (var audit = AuditSamples.open(disk.folder())) {
                assertThat(audit.health().state()).isNotEqualTo(AuditHealth.HealthState.GREEN);
                assertThat(audit.query(AuditQuery.newest(1))).isNotEmpty();
                disk.free();
                awaitGreen(audit);
                assertThat(audit.closeDanglingIntents()).isEqualTo(1);
                assertThat(audit.verify().ok()).isTrue();
            }
        }
    }

    @Test
    void withoutSpaceForTheBallastHealthIsYellowAndRecordingWorks() throws IOException {
        try (var disk = SmallDisk.mount(7);
                var audit = AuditSamples.open(disk.folder())) {
            assertThat(audit.health().state()).isEqualTo(AuditHealth.HealthState.YELLOW);
            disk.fill();
            appendUntilRefused(audit);
            disk.free();
            var deadline = deadline();
            while (audit.health().state() == AuditHealth.HealthState.RED && System.nanoTime() < deadline) {
                LockSupport.parkNanos(10_000_000);
            }
            audit.append(AuditSamples.intent("a"), Durability.SYNCED);
            assertThat(audit.health().state()).isEqualTo(AuditHealth.HealthState.YELLOW);
        }
    }

    /** Closing the last connection deleted the log, whose space is filled after that. */
    private static void fillSpaceOfDeletedLog(SmallDisk disk) throws IOException {
        assertThat(disk.folder().resolve("audit.db-wal")).doesNotExist();
        disk.fill();
    }

    /** Appends intents until one is refused; returns the sequence numbers of the others. */
    private static List<Long> appendUntilRefused(AuditLog audit) {
        var opened = new ArrayList<Long>();
        assertThatThrownBy(() -> {
                    for (var n = 0; n < 100_000; n++) {
                        opened.add(audit.append(AuditSamples.intent("a"), Durability.SYNCED));
                    }
                })
                .isInstanceOf(AuditWriteFailed.class)
                .hasMessageContaining("the disk is full")
                .satisfies(e -> assertThat(((AuditWriteFailed) e).hint()).contains("free some MiB"));
        assertThat(opened).isNotEmpty();
        return opened;
    }

    private static void assertAppendsAreRefused(AuditLog audit) {
        for (var durability : Durability.values()) {
            assertThatThrownBy(() -> audit.append(AuditSamples.intent("a"), durability))
                    .isInstanceOf(AuditWriteFailed.class);
        }
    }

    private static void awaitGreen(AuditLog audit) {
        var start = System.nanoTime();
        var deadline = deadline();
        while (audit.health().state() != AuditHealth.HealthState.GREEN && System.nanoTime() < deadline) {
            LockSupport.parkNanos(10_000_000);
        }
        System.out.println("green after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
        assertThat(audit.health().state()).isEqualTo(AuditHealth.HealthState.GREEN);
    }

    private static long deadline() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    }
}
