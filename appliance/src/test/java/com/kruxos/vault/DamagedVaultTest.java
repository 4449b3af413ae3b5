package com.kruxos.vault;

import static com.kruxos.vault.TestVaults.lendText;
import static com.kruxos.vault.TestVaults.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.store.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Damaged, mixed up or manipulated databases and keyrings are reported by name and never repaired by creating something
 * new.
 */
class DamagedVaultTest {
    private static final SecretName TOKEN = SecretName.of("default", "github/token");
    private static final SecretName WEBHOOK = SecretName.of("default", "github/webhook");

    @TempDir
    Path home;

    private Database database;
    private Vault vault;

    @BeforeEach
    void start() {
        database = TestVaults.openDatabase(home);
        vault = TestVaults.create(database, home);
        vault.createSpace("default");
        vault.createSpace("work");
        vault.put(TOKEN, utf8("the token's value"), false);
        vault.put(WEBHOOK, utf8("the webhook's value"), false);
    }

    @AfterEach
    void stop() {
        vault.close();
        database.close();
    }

    /**
     * A record that cannot be decrypted is an error with its name. Fails if {@code Vault.open} returns anything else.
     */
    @ParameterizedTest
    @CsvSource({
        "UPDATE vault_record SET ciphertext = zeroblob(272) WHERE key = 'token', does not match its tag",
        "UPDATE vault_record SET ciphertext = x'' WHERE key = 'token', wrong size",
        "UPDATE vault_record SET salt = zeroblob(32) WHERE key = 'token', commitment",
        "UPDATE vault_record SET salt = zeroblob(31) WHERE key = 'token', wrong size",
        "UPDATE vault_record SET nonce = zeroblob(12) WHERE key = 'token', does not match its tag",
        "UPDATE vault_record SET commitment = zeroblob(32) WHERE key = 'token', commitment",
        "UPDATE vault_record SET version = 7 WHERE key = 'token', commitment",
        "UPDATE vault_record SET ciphertext = x'74657874' WHERE key = 'token', wrong size"
    })
    void aDamagedRecordIsReportedByNameAndOthersStillOpen(String damage, String reason) {
        database.write(handle -> handle.execute(damage));
        assertThatThrownBy(() -> vault.lend(TOKEN))
                .isInstanceOfSatisfying(
                        CannotDecrypt.class, e -> assertThat(e.hint()).isNotBlank())
                .hasMessageContaining("github/token of Space default")
                .hasMessageContaining(reason);
        assertThat(lendText(vault, WEBHOOK)).isEqualTo("the webhook's value");
        assertThat(vault.list("default")).extracting(SecretInfo::decrypts).containsExactly(false, true);
        vault.put(TOKEN, utf8("put once more"), false);
        assertThat(lendText(vault, TOKEN)).isEqualTo("put once more");
    }

    /** An attacker with write access to the database, but without a key, moves a row to another name. */
    @ParameterizedTest
    @CsvSource({"key = 'other'", "scope = 'gitlab'", "owner = 'agent:a1'", "space_id = 'work'"})
    void aRecordMovedToAnotherNameDoesNotOpen(String move) {
        database.write(handle -> handle.execute("UPDATE vault_record SET " + move + " WHERE key = 'token'"));
        assertThat(vault.lend(TOKEN)).isEmpty();
        var space = move.contains("work") ? "work" : "default";
        assertThat(vault.list(space))
                .filteredOn(info -> !info.name().equals(WEBHOOK))
                .extracting(SecretInfo::decrypts)
                .containsExactly(false);
    }

    /** Fails without the version in {@code RecordContext.encode}. */
    @Test
    void anOldCiphertextUnderANewVersionDoesNotOpen() {
        database.write(handle -> handle.execute("CREATE TABLE old AS SELECT * FROM vault_record"));
        vault.put(TOKEN, utf8("the second value"), false);
        database.write(handle -> handle.execute("UPDATE vault_record SET (salt, nonce, commitment, ciphertext) ="
                + " (SELECT salt, nonce, commitment, ciphertext FROM old WHERE key = 'token') WHERE key = 'token'"));
        assertThatThrownBy(() -> vault.lend(TOKEN)).isInstanceOf(CannotDecrypt.class);
    }

    /** Not detected: see the class comment of {@link Vault}. */
    @Test
    void anOldRowPutBackOpensWithItsOldVersion() {
        database.write(handle -> handle.execute("CREATE TABLE old AS SELECT * FROM vault_record"));
        vault.put(TOKEN, utf8("the second value"), false);
        database.write(
                handle -> handle.execute("INSERT OR REPLACE INTO vault_record SELECT * FROM old WHERE key = 'token'"));
        try (var lease = vault.lend(TOKEN).orElseThrow()) {
            assertThat(lease.version()).isEqualTo(1);
        }
    }

    /** Fails with an inner join in {@code VaultTable.SELECT_RECORD}: the secret would appear never to have existed. */
    @Test
    void aRecordWithoutItsSpaceKeyIsAnErrorAndNotAbsent() {
        executeWithoutForeignKeys("DELETE FROM vault_space_key WHERE space_id = 'default'");
        assertThatThrownBy(() -> vault.lend(TOKEN))
                .isInstanceOf(CannotDecrypt.class)
                .hasMessageContaining("the key of Space default, epoch 1");
    }

    @Test
    void aSpaceKeyOfAnotherSpaceDoesNotOpen() {
        executeAndRestart("UPDATE vault_space_key SET (nonce, wrapped) = (SELECT nonce, wrapped FROM vault_space_key"
                + " WHERE space_id = 'work') WHERE space_id = 'default'");
        assertThatThrownBy(() -> vault.lend(TOKEN))
                .isInstanceOf(CannotDecrypt.class)
                .hasMessageContaining("the key of Space default, epoch 1");
    }

    /**
     * A lost keyring is never replaced by a new one. Fails without the check of the slot in {@code Vault.open} or of
     * the rows in {@code Vault.create}.
     */
    @Test
    void aLostKeyringIsNeverReplaced() throws IOException {
        closeAll();
        Files.delete(KeyFiles.in(home).slotFile());
        var before = snapshot();
        database = TestVaults.openDatabase(home);
        assertThat(Vault.exists(database, KeyFiles.in(home))).isTrue();
        var expected = Files.readString(KeyFiles.in(home).recipientFile()).strip();
        assertThatThrownBy(() -> TestVaults.open(database, home))
                .isInstanceOf(VaultLocked.class)
                .hasMessageContaining(expected)
                .hasMessageContaining("sealed by root key");
        assertThatThrownBy(() -> TestVaults.create(database, home))
                .isInstanceOf(VaultLocked.class)
                .hasMessageContaining(expected);
        database.close();
        assertThat(snapshot()).isEqualTo(before);
    }

    /** The error names the expected key, and no file changes. */
    @Test
    void aWrongIdentityFileIsRefusedAndChangesNothing() throws IOException {
        closeAll();
        var expected = Files.readString(KeyFiles.in(home).recipientFile()).strip();
        var key = KeyFiles.in(home).identityFile();
        try (var other = AgeIdentity.generate()) {
            Files.write(key, other.encodeFile(TestVaults.CLOCK.instant()));
        }
        var before = snapshot();
        database = TestVaults.openDatabase(home);
        assertThatThrownBy(() -> TestVaults.open(database, home))
                .isInstanceOfSatisfying(
                        VaultLocked.class,
                        e -> assertThat(e.expectedRecipient()).contains(expected));
        database.close();
        assertThat(snapshot()).isEqualTo(before);
    }

    /** Fails without {@code Vault.requireSameRoot}. */
    @Test
    void theKeyringOfAnotherHomeIsRefused() throws IOException {
        closeAll();
        var second = Files.createDirectory(home.resolve("second"));
        try (var its = TestVaults.openDatabase(second)) {
            TestVaults.create(its, second).close();
        }
        database = TestVaults.openDatabase(home);
        assertThatThrownBy(() -> Vault.open(database, KeyFiles.in(second), TestVaults.CLOCK))
                .isInstanceOf(VaultLocked.class)
                .hasMessageContaining("the database was sealed by");
    }

    /** Fails if {@code Vault.verifySystemKey} creates a missing key: pepper and digest key would change unnoticed. */
    @Test
    void aKeyringWithoutItsDatabaseIsRefused() throws IOException {
        closeAll();
        for (var file : new String[] {"kruxos.db", "kruxos.db-wal", "kruxos.db-shm"}) {
            Files.deleteIfExists(home.resolve(file));
        }
        database = TestVaults.openDatabase(home);
        assertThat(Vault.exists(database, KeyFiles.in(home))).isTrue();
        assertThatThrownBy(() -> TestVaults.open(database, home))
                .isInstanceOf(VaultLocked.class)
                .hasMessageContaining("the database holds no vault");
    }

    @Test
    void anEmptyHomeIsNotAVault() throws IOException {
        var empty = Files.createDirectory(home.resolve("empty"));
        try (var its = TestVaults.openDatabase(empty)) {
            assertThat(Vault.exists(its, KeyFiles.in(empty))).isFalse();
            assertThatThrownBy(() -> TestVaults.open(its, empty))
                    .isInstanceOf(VaultLocked.class)
                    .hasMessageContaining("no vault in this home yet");
            assertThat(KeyFiles.in(empty).folder()).doesNotExist();
        }
    }

    /** Interrupted between writing the database and writing the slot. */
    @Test
    void anInterruptedFirstRunCanBeRepeated() throws IOException {
        var half = Files.createDirectory(home.resolve("half"));
        try (var its = TestVaults.openDatabase(half)) {
            TestVaults.create(its, half).close();
            Files.delete(KeyFiles.in(half).slotFile());
            assertThat(Vault.exists(its, KeyFiles.in(half))).isFalse();
            try (var again = TestVaults.create(its, half)) {
                again.createSpace("default");
                again.put(TOKEN, utf8("value after all"), false);
            }
            try (var opened = TestVaults.open(its, half)) {
                assertThat(lendText(opened, TOKEN)).isEqualTo("value after all");
            }
        }
    }

    private void closeAll() {
        vault.close();
        database.close();
    }

    private void executeAndRestart(String damage) {
        executeWithoutForeignKeys(damage);
        closeAll();
        database = TestVaults.openDatabase(home);
        vault = TestVaults.open(database, home);
    }

    /** With foreign keys off, as another program would. */
    private void executeWithoutForeignKeys(String damage) {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("kruxos.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate(damage);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, Integer> snapshot() throws IOException {
        var files = new TreeMap<String, Integer>();
        try (var all = Files.walk(home)) {
            for (var file : all.filter(Files::isRegularFile).toList()) {
                if (!file.toString().endsWith("-shm") && !file.toString().endsWith("-wal")) {
                    files.put(home.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
                }
            }
        }
        return files;
    }
}
