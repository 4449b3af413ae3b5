package com.kruxos.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.store.Sqlite;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Outcomes that stay in the spool: while another program locks the database, the writer cannot write them. */
@Timeout(120)
class SpoolTest {
    private static final Details DETAILS = Details.none()
            .with("result_digest", "hmac-sha256:00")
            .with("result_bytes", 256)
            .with("withheld", true)
            .with("credentials", List.of("github/token@3", "ümläut/\"key\"@1"))
            .with("inside", Details.none().with("n", -5));

    @TempDir
    Path folder;

    private Path copy;

    @BeforeEach
    void makeFolder() throws IOException {
        copy = Files.createDirectory(folder.resolve("copy"));
    }

    // Fails without writer.flush() in AuditLog.query.
    @Test
    void queriesSeeSpooledOutcomes() {
        try (var audit = AuditSamples.open(folder)) {
            for (var n = 0; n < 50; n++) {
                audit.recordOutcome(audit.recordIntent(AuditSamples.intent("a")), "call.closed", "answered", DETAILS);
                assertThat(newest(audit)).contains("\"kind\":\"call.closed\"", "\"opened\":" + (2 * n + 1) + ",");
            }
            assertThat(audit.verify().records()).isEqualTo(100);
        }
    }

    // Fails without the first lines of Spool.close.
    @Test
    void closingTwiceHasNoFurtherEffect() {
        var audit = AuditSamples.open(folder);
        audit.close();
        audit.close();
        assertThatThrownBy(() -> audit.append(AuditSamples.intent("a"), Durability.SYNCED))
                .isInstanceOf(AuditWriteFailed.class);
    }

    // Fails when WriteQueue never starts its long sleep, or is not woken from it by a request without a waiting caller.
    @Test
    void spooledOutcomesAreWrittenWithoutFurtherAppends() {
        try (var audit = AuditSamples.open(folder)) {
            var opened = audit.recordIntent(AuditSamples.intent("a"));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            audit.recordOutcome(opened, "call.closed", "answered", DETAILS);
            assertThat(audit.awaitRecordAfter(1, Duration.ofSeconds(60))).isTrue();
        }
    }

    // Fails without `queue.addAll(postponed)` in AuditWriter.probe, and when recordOutcome waits for the log.
    @Test
    void outcomesThatCannotBeWrittenAreWrittenAfterRecovery() throws SQLException {
        try (var audit = AuditSamples.open(folder);
                var other = Sqlite.connect(folder.resolve("audit.db"));
                var statement = other.createStatement()) {
            var opened = audit.recordIntent(AuditSamples.intent("a"));
            statement.execute("BEGIN IMMEDIATE");
            audit.recordOutcome(opened, "call.closed", "answered", DETAILS);
            await(() -> audit.health().state() == AuditHealth.HealthState.RED);
            assertThat(audit.lastSeq()).isEqualTo(1);
            statement.execute("ROLLBACK");
            await(() -> audit.lastSeq() == 3);
            // The outcome may be written before or after the record that says that recording resumed.
            assertThat(audit.query(AuditQuery.newest(2)))
                    .extracting(AuditRecord::json)
                    .anySatisfy(json -> assertThat(json)
                            .contains("\"kind\":\"call.closed\"")
                            .doesNotContain("ended"));
            assertThat(audit.verify().ok()).isTrue();
        }
        try (var audit = AuditSamples.open(folder)) {
            assertThat(audit.danglingIntents()).isEmpty();
        }
    }

    // Fails without `spool.outcomeFor` in AuditLog.closeDanglingIntents, and when LeafReader.entry or Details.of loses
    // something.
    @Test
    void theNextStartWritesSpooledOutcomesOfAKilledProcess() throws Exception {
        copyFilesOfAKilledProcess();
        try (var audit = AuditSamples.open(copy)) {
            assertThat(audit.closeDanglingIntents()).isEqualTo(2);
            var records = audit.query(AuditQuery.newest(2));
            var ended = records.getFirst().json();
            assertThat(ended.replaceAll(
                            "\"ended\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z\",", "\"ended\":0,"))
                    .contains("\"details\":{\"credentials\":[\"github/token@3\",\"ümläut/\\\"key\\\"@1\"],\"ended\":0,"
                            + "\"inside\":{\"n\":-5},\"opened\":1,\"result_bytes\":256,"
                            + "\"result_digest\":\"hmac-sha256:00\",\"withheld\":true}");
            // The rest is copied from the intent.
            assertThat(ended)
                    .contains("\"kind\":\"call.closed\"", "\"outcome\":\"answered\"")
                    .contains(between(
                            audit.query(AuditQuery.after(0, 1)).getFirst().json(), "\"decision\"", ",\"details\""))
                    .contains("\"principal\":{\"id\":\"a\",\"name\":\"agent a\",\"origin\":\"127.0.0.1:50312\"")
                    .contains("\"session\":\"se_41\",\"space\":\"sp_default\",\"target\":\"everything__echo\"");
            assertThat(records.getLast().json()).contains("\"kind\":\"audit.interrupted\"", "\"opened\":2,");
            assertThat(audit.verify().ok()).isTrue();
        }
        try (var audit = AuditSamples.open(copy)) {
            assertThat(audit.closeDanglingIntents()).as("once and not again").isZero();
            assertThat(audit.lastSeq()).isEqualTo(4);
        }
    }

    // Fails when Spool.recover treats slots with needed outcomes as free.
    @Test
    void recoveredOutcomesStaySpooledUntilWritten() throws Exception {
        copyFilesOfAKilledProcess();
        for (var start = 0; start < 2; start++) {
            try (var audit = AuditSamples.open(copy)) { // and stops before dangling intents are closed
                for (var n = 0; n < 2 * Spool.SLOT_COUNT; n++) {
                    audit.recordOutcome(
                            audit.recordIntent(AuditSamples.intent("b")), "call.closed", "answered", DETAILS);
                }
            }
        }
        try (var audit = AuditSamples.open(copy)) {
            audit.closeDanglingIntents();
            assertThat(audit.query(AuditQuery.newest(2)).getFirst().json()).contains("\"ended\":", "\"opened\":1,");
        }
    }

    // Fails without the comparison of hashes in SpooledOutcome.entryFor.
    @Test
    void anOutcomeOfAnotherLogIsIgnored() throws Exception {
        copyFilesOfAKilledProcess();
        var other = Files.createDirectory(folder.resolve("other"));
        try (var audit = AuditSamples.open(other)) {
            audit.recordIntent(AuditSamples.intent("somebody else"));
        }
        Files.copy(copy.resolve("audit.spool"), other.resolve("audit.spool"), StandardCopyOption.REPLACE_EXISTING);
        assertInterrupted(other);
    }

    // Fails without the checksum in SpooledOutcome.decode.
    @Test
    void aTruncatedOutcomeIsIgnored() throws Exception {
        copyFilesOfAKilledProcess();
        var spool = copy.resolve("audit.spool");
        var bytes = Files.readAllBytes(spool);
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        bytes[text.indexOf("answered")] = 'A';
        Files.write(spool, bytes);
        assertInterrupted(copy);
    }

    @Test
    void anInvalidSpoolFileIsRecreated() throws Exception {
        for (var content : List.of("", "nonsense", "x".repeat((1 + Spool.SLOT_COUNT) * Spool.SLOT_BYTES))) {
            Files.writeString(folder.resolve("audit.spool"), content);
            try (var audit = AuditSamples.open(folder)) {
                audit.recordOutcome(audit.recordIntent(AuditSamples.intent("a")), "call.closed", "answered", DETAILS);
            }
            try (var file = new RandomAccessFile(folder.resolve("audit.spool").toFile(), "r")) {
                assertThat(file.length()).isEqualTo((1 + Spool.SLOT_COUNT) * Spool.SLOT_BYTES);
                assertThat(file.readLong()).isEqualTo(0x4B525853504C_0001L);
            }
        }
    }

    // Fails when Spool.store truncates an outcome that is too long for a slot, or stores all of it.
    @Test
    void anOutcomeTooLongForASlotIsWrittenToTheLogDirectly() throws Exception {
        try (var audit = AuditSamples.open(folder);
                var other = Sqlite.connect(folder.resolve("audit.db"));
                var statement = other.createStatement()) {
            var opened = audit.recordIntent(AuditSamples.intent("a"));
            var again = audit.recordIntent(AuditSamples.intent("a"));
            var details = DETAILS.with("reason", "long ".repeat(300));
            audit.recordOutcome(opened, "call.closed", "answered", details);
            assertThat(audit.lastSeq()).isEqualTo(3);
            statement.execute("BEGIN IMMEDIATE");
            assertThatThrownBy(() -> audit.recordOutcome(again, "call.closed", "answered", details))
                    .isInstanceOf(AuditWriteFailed.class);
        }
    }

    // Fails when a slot is allocated twice, or never released.
    @Test
    void aFullSpoolRejectsOutcomesWhileNothingCanBeWritten() throws Exception {
        try (var audit = AuditSamples.open(folder);
                var other = Sqlite.connect(folder.resolve("audit.db"));
                var statement = other.createStatement()) {
            var opened = new ArrayList<RecordedIntent>();
            for (var n = 0; n <= Spool.SLOT_COUNT; n++) {
                opened.add(audit.recordIntent(AuditSamples.intent("a")));
            }
            for (var round = 0; round < 2; round++) {
                statement.execute("BEGIN IMMEDIATE");
                for (var n = 0; n < Spool.SLOT_COUNT; n++) {
                    audit.recordOutcome(opened.get(n), "call.closed", "answered", DETAILS);
                }
                var last = opened.getLast();
                assertThatThrownBy(() -> audit.recordOutcome(last, "call.closed", "answered", DETAILS))
                        .isInstanceOf(AuditWriteFailed.class);
                statement.execute("ROLLBACK");
                var expected = Spool.SLOT_COUNT
                        + 1
                        + (round + 1) * (Spool.SLOT_COUNT + 1); // and one that says that recording resumed
                await(() -> audit.lastSeq() == expected);
            }
            assertThat(audit.verify().ok()).isTrue();
        }
    }

    /** A log with two open intents; the outcome of the first is in the spool. */
    private void copyFilesOfAKilledProcess() throws Exception {
        try (var audit = AuditSamples.open(folder);
                var other = Sqlite.connect(folder.resolve("audit.db"));
                var statement = other.createStatement()) {
            var first = audit.recordIntent(AuditSamples.intent("a"));
            audit.recordIntent(AuditSamples.intent("b"));
            statement.execute("BEGIN IMMEDIATE");
            audit.recordOutcome(first, "call.closed", "answered", DETAILS);
            for (var name : List.of("audit.db", "audit.db-wal", "audit.spool")) {
                Files.copy(folder.resolve(name), copy.resolve(name));
            }
            statement.execute("ROLLBACK");
        }
    }

    private static void assertInterrupted(Path where) {
        try (var audit = AuditSamples.open(where)) {
            assertThat(audit.closeDanglingIntents()).isPositive();
            assertThat(newest(audit)).contains("\"kind\":\"audit.interrupted\"");
            var kinds = audit.query(AuditQuery.newest(10)).stream()
                    .map(AuditRecord::json)
                    .toList();
            assertThat(kinds).noneMatch(json -> json.contains("call.closed\""));
        }
    }

    private static String newest(AuditLog audit) {
        return audit.query(AuditQuery.newest(1)).getFirst().json();
    }

    private static String between(String text, String from, String to) {
        return text.substring(text.indexOf(from), text.indexOf(to));
    }

    private static void await(BooleanSupplier condition) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(5_000_000);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
