package com.kruxos.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.store.CannotOpenDatabase;
import com.kruxos.store.Sqlite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a start finds and does. */
@Timeout(120)
class StartTest {
    @TempDir
    Path folder;

    // Red without `unclosed.add` or `unclosed.remove` in Ending.take (records not filed) or without `mark` in
    // Ledger.add
    // together with filing (records filed).
    @ParameterizedTest
    @ValueSource(ints = {0, 2100})
    void closesWhatWasLeftOpen(int between) {
        try (var audit = Samples.open(folder)) {
            audit.append(Samples.opened("a"), Durability.SYNCED);
            audit.append(Samples.opened("b"), Durability.SYNCED);
            audit.append(Samples.act("agent.revoke", Entry.OPEN), Durability.SYNCED);
            audit.append(Samples.closed("a", 1), Durability.COMMITTED);
            for (var n = 0; n < between; n++) {
                audit.append(Samples.act("test", "done"), Durability.COMMITTED);
            }
            assertThat(audit.leftOpen()).as("of earlier runs").isEmpty();
        }
        try (var audit = Samples.open(folder)) {
            audit.append(Samples.opened("c"), Durability.SYNCED); // of this run
            assertThat(audit.leftOpen()).extracting(Leaf::seq).containsExactly(2L, 3L);
            assertThat(audit.closeLeftOpen()).isEqualTo(2);
            assertThat(audit.leftOpen()).isEmpty();
            var closing = audit.query(Query.newest(2));
            assertThat(closing.getFirst().json())
                    .contains("\"kind\":\"audit.interrupted\"", "\"outcome\":\"interrupted\"", "\"type\":\"system\"")
                    .contains("\"details\":{\"kind\":\"call.opened\",\"opened\":2,\"principal\":\"agent:b\"}")
                    .contains("\"target\":\"everything__echo\"", "\"session\":\"se_41\"");
            assertThat(closing.getLast().json()).contains("\"opened\":3");
        }
        try (var audit = Samples.open(folder)) {
            assertThat(audit.leftOpen()).extracting(Leaf::seq).containsExactly(5L + between);
            assertThat(audit.verify().ok()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE record SET leaf = CAST(replace(CAST(leaf AS TEXT), 'call', 'cull') AS BLOB) WHERE seq = 300",
                "UPDATE record SET hash = zeroblob(32) WHERE seq = 300",
                "UPDATE record SET principal = 'agent:b' WHERE seq = 300",
                "UPDATE record SET seq = 301 WHERE seq = 300",
                "DELETE FROM record WHERE seq = 299",
                "DELETE FROM record WHERE seq > 200; UPDATE filed SET seq = 250",
            })
    void doesNotContinueABrokenEnd(String tampering) throws Exception {
        try (var audit = Samples.open(folder)) {
            for (var n = 0; n < 300; n++) {
                audit.append(Samples.opened("a"), Durability.COMMITTED);
            }
        }
        tamper(tampering);
        assertThatThrownBy(() -> Samples.open(folder))
                .isInstanceOf(CannotOpenAudit.class)
                .hasMessageContaining("record ")
                .satisfies(e -> assertThat(((CannotOpenAudit) e).hint()).contains("kruxos audit verify"));
    }

    @Test
    void refusesWhatIsNotAnAuditLog() throws Exception {
        var file = folder.resolve("audit.db");
        Files.write(file, List.of("no database at all, but long enough to be taken for one ".repeat(100)));
        assertThatThrownBy(() -> Samples.open(folder)).isInstanceOf(CannotOpenDatabase.class);

        Files.delete(file);
        tamper("PRAGMA application_id = 1");
        assertThatThrownBy(() -> Samples.open(folder)).isInstanceOf(CannotOpenDatabase.class);
    }

    @Test
    void filesArePrivate() throws Exception {
        try (var audit = Samples.open(folder)) {
            audit.append(Samples.opened("a"), Durability.SYNCED);
            for (var name : List.of("audit.db", "audit.db-wal", "audit.db-shm", "audit.ballast", "audit.spool")) {
                assertThat(Files.getPosixFilePermissions(folder.resolve(name)))
                        .as(name)
                        .hasToString("[OWNER_READ, OWNER_WRITE]");
            }
        }
    }

    private void tamper(String sql) throws Exception {
        try (var connection = Sqlite.connect(folder.resolve("audit.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
