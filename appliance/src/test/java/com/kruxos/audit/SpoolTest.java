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

/**
 * Endings that lie beside the log for a while. Nothing can write while another program holds it: so they stay there.
 */
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

    // Red without writer.settle() in Audit.query.
    @Test
    void whoeverReadsSeesWhatWasConcluded() {
        try (var audit = Samples.open(folder)) {
            for (var n = 0; n < 50; n++) {
                audit.conclude(audit.announce(Samples.opened("a")), "call.closed", "answered", DETAILS);
                assertThat(newest(audit)).contains("\"kind\":\"call.closed\"", "\"opened\":" + (2 * n + 1) + ",");
            }
            assertThat(audit.verify().records()).isEqualTo(100);
        }
    }

    // Red without the first lines of Spool.close.
    @Test
    void closingItTwiceIsClosingIt() {
        var audit = Samples.open(folder);
        audit.close();
        audit.close();
        assertThatThrownBy(() -> audit.append(Samples.opened("a"), Durability.SYNCED))
                .isInstanceOf(CannotRecord.class);
    }

    // Red when Inbox never sleeps deeply, or is not woken from there by what nobody waits for.
    @Test
    void nobodyHasToAskForIt() {
        try (var audit = Samples.open(folder)) {
            var opened = audit.announce(Samples.opened("a"));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            audit.conclude(opened, "call.closed", "answered", DETAILS);
            assertThat(audit.awaitAfter(1, Duration.ofSeconds(60))).isTrue();
        }
    }

    // Red without `queue.addAll(owed)` in Writer.probe, and when conclude waits for the log.
    @Test
    void whatCannotBeWrittenNowIsWrittenWhenItCan() throws SQLException {
        try (var audit = Samples.open(folder);
                var other = Sqlite.connect(folder.resolve("audit.db"));
                var statement = other.createStatement()) {
            var opened = audit.announce(Samples.opened("a"));
            statement.execute("BEGIN IMMEDIATE");
            audit.conclude(opened, "call.closed", "answered", DETAILS);
            await(() -> audit.health().state() == Health.State.RED);
            assertThat(audit.last()).isEqualTo(1);
            statement.execute("ROLLBACK");
            await(() -> audit.last() == 3);
            // It may have been written before that record which says that all goes on, or behind it.
            assertThat(audit.query(Query.newest(2)))
                    .extracting(Leaf::json)
                    .anySatisfy(json -> assertThat(json)
                            .contains("\"kind\":\"call.closed\"")
                            .doesNotContain("ended"));
            assertThat(audit.verify().ok()).isTrue();
        }
        try (var audit = Samples.open(folder)) {
            assertThat(audit.leftOpen()).isEmpty();
        }
    }

    // Red without `spool.ending` in Audit.closeLeftOpen, and when LeafReader.entry or Details.of loses something.
    @Test
    void theNextStartWritesWhatALostProcessDidNot() throws Exception {
        copyOfALostProcess();
        try (var audit = Samples.open(copy)) {
            assertThat(audit.closeLeftOpen()).isEqualTo(2);
            var records = audit.query(Query.newest(2));
            var ended = records.getFirst().json();
            assertThat(ended.replaceAll(
                            "\"ended\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z\",", "\"ended\":0,"))
                    .contains("\"details\":{\"credentials\":[\"github/token@3\",\"ümläut/\\\"key\\\"@1\"],\"ended\":0,"
                            + "\"inside\":{\"n\":-5},\"opened\":1,\"result_bytes\":256,"
                            + "\"result_digest\":\"hmac-sha256:00\",\"withheld\":true}");
            // The rest is what is in the record that was opened.
            assertThat(ended)
                    .contains("\"kind\":\"call.closed\"", "\"outcome\":\"answered\"")
                    .contains(between(audit.query(Query.after(0, 1)).getFirst().json(), "\"decision\"", ",\"details\""))
                    .contains("\"principal\":{\"id\":\"a\",\"name\":\"agent a\",\"origin\":\"127.0.0.1:50312\"")
                    .contains("\"session\":\"se_41\",\"space\":\"sp_default\",\"target\":\"everything__echo\"");
            assertThat(records.getLast().json()).contains("\"kind\":\"audit.interrupted\"", "\"opened\":2,");
            assertThat(audit.verify().ok()).isTrue();
        }
        try (var audit = Samples.open(copy)) {
            assertThat(audit.closeLeftOpen()).as("once and not again").isZero();
            assertThat(audit.last()).isEqualTo(4);
        }
    }

    // Red when Spool.sort counts the slots of endings that are still needed as free.
    @Test
    void whatWasLeftStaysUntilItIsWritten() throws Exception {
        copyOfALostProcess();
        for (var start = 0; start < 2; start++) {
            try (var audit = Samples.open(copy)) { // and ends before it closes what was left open
                for (var n = 0; n < 2 * Spool.SLOTS; n++) {
                    audit.conclude(audit.announce(Samples.opened("b")), "call.closed", "answered", DETAILS);
                }
            }
        }
        try (var audit = Samples.open(copy)) {
            audit.closeLeftOpen();
            assertThat(audit.query(Query.newest(2)).getFirst().json()).contains("\"ended\":", "\"opened\":1,");
        }
    }

    // Red without the comparison of hashes in Kept.ending.
    @Test
    void anEndingIsNotTakenForThatOfAnotherLogsRecord() throws Exception {
        copyOfALostProcess();
        var other = Files.createDirectory(folder.resolve("other"));
        try (var audit = Samples.open(other)) {
            audit.announce(Samples.opened("somebody else"));
        }
        Files.copy(copy.resolve("audit.spool"), other.resolve("audit.spool"), StandardCopyOption.REPLACE_EXISTING);
        assertInterrupted(other);
    }

    // Red without the checksum in Kept.decode.
    @Test
    void anEndingThatWasCutOffIsNone() throws Exception {
        copyOfALostProcess();
        var spool = copy.resolve("audit.spool");
        var bytes = Files.readAllBytes(spool);
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        bytes[text.indexOf("answered")] = 'A';
        Files.write(spool, bytes);
        assertInterrupted(copy);
    }

    @Test
    void aFileThatIsNoSpoolIsMadeAnew() throws Exception {
        for (var content : List.of("", "nonsense", "x".repeat((1 + Spool.SLOTS) * Spool.SLOT))) {
            Files.writeString(folder.resolve("audit.spool"), content);
            try (var audit = Samples.open(folder)) {
                audit.conclude(audit.announce(Samples.opened("a")), "call.closed", "answered", DETAILS);
            }
            try (var file = new RandomAccessFile(folder.resolve("audit.spool").toFile(), "r")) {
                assertThat(file.length()).isEqualTo((1 + Spool.SLOTS) * Spool.SLOT);
                assertThat(file.readLong()).isEqualTo(0x4B525853504C_0001L);
            }
        }
    }

    // Red when Spool.keep cuts what is too long for a slot, or keeps it all.
    @Test
    void aLongEndingWaitsForTheLog() throws Exception {
        try (var audit = Samples.open(folder);
                var other = Sqlite.connect(folder.resolve("audit.db"));
                var statement = other.createStatement()) {
            var opened = audit.announce(Samples.opened("a"));
            var again = audit.announce(Samples.opened("a"));
            var details = DETAILS.with("reason", "long ".repeat(300));
            audit.conclude(opened, "call.closed", "answered", details);
            assertThat(audit.last()).isEqualTo(3);
            statement.execute("BEGIN IMMEDIATE");
            assertThatThrownBy(() -> audit.conclude(again, "call.closed", "answered", details))
                    .isInstanceOf(CannotRecord.class);
        }
    }

    // Red when a slot is given out twice, or none is given back.
    @Test
    void whenNothingCanBeWrittenItFillsAndThenNothingIsTold() throws Exception {
        try (var audit = Samples.open(folder);
                var other = Sqlite.connect(folder.resolve("audit.db"));
                var statement = other.createStatement()) {
            var opened = new ArrayList<Announced>();
            for (var n = 0; n <= Spool.SLOTS; n++) {
                opened.add(audit.announce(Samples.opened("a")));
            }
            for (var round = 0; round < 2; round++) {
                statement.execute("BEGIN IMMEDIATE");
                for (var n = 0; n < Spool.SLOTS; n++) {
                    audit.conclude(opened.get(n), "call.closed", "answered", DETAILS);
                }
                var last = opened.getLast();
                assertThatThrownBy(() -> audit.conclude(last, "call.closed", "answered", DETAILS))
                        .isInstanceOf(CannotRecord.class);
                statement.execute("ROLLBACK");
                var expected = Spool.SLOTS + 1 + (round + 1) * (Spool.SLOTS + 1); // and one that says it goes on
                await(() -> audit.last() == expected);
            }
            assertThat(audit.verify().ok()).isTrue();
        }
    }

    /** A log with two open records, of which the first has its ending in the spool. */
    private void copyOfALostProcess() throws Exception {
        try (var audit = Samples.open(folder);
                var other = Sqlite.connect(folder.resolve("audit.db"));
                var statement = other.createStatement()) {
            var first = audit.announce(Samples.opened("a"));
            audit.announce(Samples.opened("b"));
            statement.execute("BEGIN IMMEDIATE");
            audit.conclude(first, "call.closed", "answered", DETAILS);
            for (var name : List.of("audit.db", "audit.db-wal", "audit.spool")) {
                Files.copy(folder.resolve(name), copy.resolve(name));
            }
            statement.execute("ROLLBACK");
        }
    }

    private static void assertInterrupted(Path where) {
        try (var audit = Samples.open(where)) {
            assertThat(audit.closeLeftOpen()).isPositive();
            assertThat(newest(audit)).contains("\"kind\":\"audit.interrupted\"");
            var kinds = audit.query(Query.newest(10)).stream().map(Leaf::json).toList();
            assertThat(kinds).noneMatch(json -> json.contains("call.closed\""));
        }
    }

    private static String newest(Audit audit) {
        return audit.query(Query.newest(1)).getFirst().json();
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
