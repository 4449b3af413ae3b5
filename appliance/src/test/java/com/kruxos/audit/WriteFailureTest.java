package com.kruxos.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.store.Sqlite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Failures to write other than a full disk. */
@Timeout(120)
class WriteFailureTest {
    @TempDir
    Path folder;

    @Test
    void appendsFailWhileAnotherProgramLocksTheFile() throws SQLException {
        var file = folder.resolve("audit.db");
        try (var audit = AuditSamples.open(folder);
                var other = Sqlite.connect(file);
                var statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            assertThatThrownBy(() -> audit.append(AuditSamples.intent("a"), Durability.SYNCED))
                    .isInstanceOf(AuditWriteFailed.class)
                    .hasMessageContaining("another program holds the audit log");
            assertThat(audit.health().state()).isEqualTo(AuditHealth.HealthState.RED);
            assertThat(audit.query(AuditQuery.newest(1))).isEmpty();
            statement.execute("ROLLBACK");
            awaitGreen(audit);
            assertThat(audit.append(AuditSamples.intent("a"), Durability.SYNCED))
                    .isEqualTo(2);
            assertThat(audit.query(AuditQuery.newest(2)).getFirst().json())
                    .contains("\"details\":{\"reason\":\"another program holds the audit log\",\"refused\":1}");
        }
    }

    // Fails when a new AuditStore keeps the chain heads or the sequence number of the failed one.
    @Test
    void aSecondWriterDoesNotBreakTheLog() {
        try (var one = AuditSamples.open(folder);
                var two = AuditSamples.open(folder)) {
            one.append(AuditSamples.intent("a"), Durability.SYNCED);
            assertThatThrownBy(() -> two.append(AuditSamples.intent("a"), Durability.SYNCED))
                    .isInstanceOf(AuditWriteFailed.class);
            awaitGreen(two);
            two.append(AuditSamples.intent("a"), Durability.SYNCED);
            assertThat(two.verify().ok()).isTrue();
            assertThat(two.lastSeq()).isEqualTo(3);
        }
    }

    // Fails without `containsRecord` in AuditWriter.openStore.
    @Test
    void aFileThatLostRecordsIsNotContinued() throws Exception {
        var file = folder.resolve("audit.db");
        try (var audit = AuditSamples.open(folder);
                var other = Sqlite.connect(file);
                var statement = other.createStatement()) {
            audit.append(AuditSamples.intent("a"), Durability.SYNCED);
            audit.append(AuditSamples.intent("a"), Durability.SYNCED);
            statement.execute("DELETE FROM record WHERE seq = 2");
            statement.execute("BEGIN IMMEDIATE");
            assertThatThrownBy(() -> audit.append(AuditSamples.intent("a"), Durability.SYNCED))
                    .isInstanceOf(AuditWriteFailed.class);
            statement.execute("ROLLBACK");
            var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!audit.health().reason().contains("are gone") && System.nanoTime() < deadline) {
                LockSupport.parkNanos(10_000_000);
            }
            assertThat(audit.health().reason()).contains("records that were written are gone");
            assertThatThrownBy(() -> audit.append(AuditSamples.intent("a"), Durability.SYNCED))
                    .isInstanceOf(AuditWriteFailed.class);
        }
    }

    // Without a reader that stays open, SQLite would delete the log when the writer reconnects. Fails without
    // `extendLog` in AuditWriter.maintainLog (the log keeps its first size), and without its limit (the log grows for
    // ever).
    @Test
    void theWriteAheadLogGrowsToItsLimitAndIsReused() throws Exception {
        var log = folder.resolve("audit.db-wal");
        var database = folder.resolve("audit.db");
        try (var audit = AuditSamples.open(folder)) {
            assertThat(Files.size(log)).isBetween(DiskReserve.LOG_STEP_BYTES, DiskReserve.LOG_STEP_BYTES * 5 / 4);
            appendMany(audit);
            assertThat(Files.size(log)).isBetween(DiskReserve.MAX_LOG_BYTES, DiskReserve.MAX_LOG_BYTES * 5 / 4);
            var before = Files.size(database);
            assertThat(before).isGreaterThan(3 << 20);
            appendMany(audit);
            assertThat(Files.size(database)).isGreaterThan(before);
            assertThat(Files.size(log)).isBetween(DiskReserve.MAX_LOG_BYTES, DiskReserve.MAX_LOG_BYTES * 5 / 4);
        }
        assertThat(log).doesNotExist();
    }

    private static void appendMany(AuditLog audit) throws Exception {
        AuditLogTest.runConcurrently(16, caller -> {
            for (var n = 0; n < 800; n++) {
                audit.append(AuditSamples.intent("ag_" + n), Durability.COMMITTED);
            }
        });
    }

    @Test
    void theLogOfAKilledProcessIsReadable() throws Exception {
        var copy = Files.createDirectory(folder.resolve("copy"));
        try (var audit = AuditSamples.open(folder)) {
            audit.append(AuditSamples.intent("a"), Durability.COMMITTED);
            for (var name : new String[] {"audit.db", "audit.db-wal"}) {
                Files.copy(folder.resolve(name), copy.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        assertThat(AuditLog.verify(copy.resolve("audit.db")).records()).isEqualTo(1);
        try (var audit = AuditSamples.open(copy)) {
            assertThat(audit.lastSeq()).isEqualTo(1);
        }
    }

    private static void awaitGreen(AuditLog audit) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (audit.health().state() != AuditHealth.HealthState.GREEN && System.nanoTime() < deadline) {
            LockSupport.parkNanos(10_000_000);
        }
        assertThat(audit.health()).isEqualTo(new AuditHealth(AuditHealth.HealthState.GREEN, "", ""));
    }
}
