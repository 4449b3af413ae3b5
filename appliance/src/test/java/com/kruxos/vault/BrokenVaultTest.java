package com.kruxos.vault;

import static com.kruxos.vault.Homes.lent;
import static com.kruxos.vault.Homes.utf8;
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
 * Databases and keyrings that were damaged, mixed up or changed by somebody: told loudly, by name, and never repaired
 * by making something new.
 */
class BrokenVaultTest {
    private static final SecretName TOKEN = SecretName.of("default", "github/token");
    private static final SecretName HOOK = SecretName.of("default", "github/webhook");

    @TempDir
    Path home;

    private Database database;
    private Vault vault;

    @BeforeEach
    void start() {
        database = Homes.database(home);
        vault = Homes.create(database, home);
        vault.createSpace("default");
        vault.createSpace("work");
        vault.put(TOKEN, utf8("the token's value"), false);
        vault.put(HOOK, utf8("the webhook's value"), false);
    }

    @AfterEach
    void stop() {
        vault.close();
        database.close();
    }

    /**
     * Row P1. Red when {@code Vault.lease} answers anything but {@link CannotDecrypt} for a record that does not open.
     */
    @ParameterizedTest
    @CsvSource({
        "UPDATE vault_record SET ciphertext = zeroblob(272) WHERE key = 'token', does not fit its tag",
        "UPDATE vault_record SET ciphertext = x'' WHERE key = 'token', wrong size",
        "UPDATE vault_record SET salt = zeroblob(32) WHERE key = 'token', commitment",
        "UPDATE vault_record SET salt = zeroblob(31) WHERE key = 'token', wrong size",
        "UPDATE vault_record SET nonce = zeroblob(12) WHERE key = 'token', does not fit its tag",
        "UPDATE vault_record SET commitment = zeroblob(32) WHERE key = 'token', commitment",
        "UPDATE vault_record SET version = 7 WHERE key = 'token', commitment",
        "UPDATE vault_record SET ciphertext = x'74657874' WHERE key = 'token', wrong size"
    })
    void aDamagedRecordIsNamedAndTheOthersStillOpen(String damage, String reason) {
        database.write(handle -> handle.execute(damage));
        assertThatThrownBy(() -> vault.lend(TOKEN))
                .isInstanceOfSatisfying(
                        CannotDecrypt.class, e -> assertThat(e.hint()).isNotBlank())
                .hasMessageContaining("github/token of Space default")
                .hasMessageContaining(reason);
        assertThat(lent(vault, HOOK)).isEqualTo("the webhook's value");
        assertThat(vault.list("default")).extracting(SecretInfo::decrypts).containsExactly(false, true);
        vault.put(TOKEN, utf8("put once more"), false);
        assertThat(lent(vault, TOKEN)).isEqualTo("put once more");
    }

    /** The whole sealed row of one name under another: what somebody with the file, but no key, could try. */
    @ParameterizedTest
    @CsvSource({"key = 'other'", "scope = 'gitlab'", "owner = 'agent:a1'", "space_id = 'work'"})
    void aRecordMovedElsewhereDoesNotOpen(String move) {
        database.write(handle -> handle.execute("UPDATE vault_record SET " + move + " WHERE key = 'token'"));
        assertThat(vault.lend(TOKEN)).isEmpty();
        var space = move.contains("work") ? "work" : "default";
        assertThat(vault.list(space))
                .filteredOn(info -> !info.name().equals(HOOK))
                .extracting(SecretInfo::decrypts)
                .containsExactly(false);
    }

    /** Red when the version leaves the record's context. */
    @Test
    void anOldCiphertextUnderTheNewVersionDoesNotOpen() {
        database.write(handle -> handle.execute("CREATE TABLE old AS SELECT * FROM vault_record"));
        vault.put(TOKEN, utf8("the second value"), false);
        database.write(handle -> handle.execute("UPDATE vault_record SET (salt, nonce, commitment, ciphertext) ="
                + " (SELECT salt, nonce, commitment, ciphertext FROM old WHERE key = 'token') WHERE key = 'token'"));
        assertThatThrownBy(() -> vault.lend(TOKEN)).isInstanceOf(CannotDecrypt.class);
    }

    /** The limit of what a record alone can show, as the class comment of {@link Vault} says. */
    @Test
    void aWholeOldRowOpensButSaysItsOldVersion() {
        database.write(handle -> handle.execute("CREATE TABLE old AS SELECT * FROM vault_record"));
        vault.put(TOKEN, utf8("the second value"), false);
        database.write(
                handle -> handle.execute("INSERT OR REPLACE INTO vault_record SELECT * FROM old WHERE key = 'token'"));
        try (var lease = vault.lend(TOKEN).orElseThrow()) {
            assertThat(lease.version()).isEqualTo(1);
        }
    }

    /** Red with an inner join in {@code VaultTable.RECORD}: the secret would look as if it had never been put. */
    @Test
    void aRecordWhoseSpaceKeyIsGoneIsAnErrorAndNotAbsent() {
        unbound("DELETE FROM vault_space_key WHERE space_id = 'default'");
        assertThatThrownBy(() -> vault.lend(TOKEN))
                .isInstanceOf(CannotDecrypt.class)
                .hasMessageContaining("the key of Space default, epoch 1");
    }

    @Test
    void aSpaceKeyOfAnotherSpaceDoesNotOpen() {
        restartAfter("UPDATE vault_space_key SET (nonce, wrapped) = (SELECT nonce, wrapped FROM vault_space_key"
                + " WHERE space_id = 'work') WHERE space_id = 'default'");
        assertThatThrownBy(() -> vault.lend(TOKEN))
                .isInstanceOf(CannotDecrypt.class)
                .hasMessageContaining("the key of Space default, epoch 1");
    }

    /**
     * Row P9. Red without the throw for a missing slot in {@code Vault.open} or the check of rows in
     * {@code Vault.create}.
     */
    @Test
    void aLostKeyringIsNeverReplaced() throws IOException {
        close();
        Files.delete(KeyFiles.in(home).slot());
        var before = snapshot();
        database = Homes.database(home);
        assertThat(Vault.exists(database, KeyFiles.in(home))).isTrue();
        var expected = Files.readString(KeyFiles.in(home).recipient()).strip();
        assertThatThrownBy(() -> Homes.open(database, home))
                .isInstanceOf(VaultLocked.class)
                .hasMessageContaining(expected)
                .hasMessageContaining("sealed by root key");
        assertThatThrownBy(() -> Homes.create(database, home))
                .isInstanceOf(VaultLocked.class)
                .hasMessageContaining(expected);
        database.close();
        assertThat(snapshot()).isEqualTo(before);
    }

    /** Row P9, the wrong key, through the whole vault. */
    @Test
    void aWrongKeyFileChangesNothing() throws IOException {
        close();
        var expected = Files.readString(KeyFiles.in(home).recipient()).strip();
        var key = KeyFiles.in(home).identity();
        try (var other = AgeIdentity.generate()) {
            Files.write(key, other.file(Homes.CLOCK.instant()));
        }
        var before = snapshot();
        database = Homes.database(home);
        assertThatThrownBy(() -> Homes.open(database, home))
                .isInstanceOfSatisfying(
                        VaultLocked.class, e -> assertThat(e.expected()).contains(expected));
        database.close();
        assertThat(snapshot()).isEqualTo(before);
    }

    /** Red without {@code Vault.checkRoot}. */
    @Test
    void theKeyringOfAnotherHomeIsToldApart() throws IOException {
        close();
        var second = Files.createDirectory(home.resolve("second"));
        try (var its = Homes.database(second)) {
            Homes.create(its, second).close();
        }
        database = Homes.database(home);
        assertThatThrownBy(() -> Vault.open(database, KeyFiles.in(second), Homes.CLOCK))
                .isInstanceOf(VaultLocked.class)
                .hasMessageContaining("the database was sealed by");
    }

    /** Red when {@code Vault.ready} makes a missing system key: pepper and digest key would silently be new ones. */
    @Test
    void aKeyringWithoutItsDatabaseIsNotAnEmptyVault() throws IOException {
        close();
        for (var file : new String[] {"kruxos.db", "kruxos.db-wal", "kruxos.db-shm"}) {
            Files.deleteIfExists(home.resolve(file));
        }
        database = Homes.database(home);
        assertThat(Vault.exists(database, KeyFiles.in(home))).isTrue();
        assertThatThrownBy(() -> Homes.open(database, home))
                .isInstanceOf(VaultLocked.class)
                .hasMessageContaining("the database holds no vault");
    }

    @Test
    void anEmptyHomeIsNotAVault() throws IOException {
        var empty = Files.createDirectory(home.resolve("empty"));
        try (var its = Homes.database(empty)) {
            assertThat(Vault.exists(its, KeyFiles.in(empty))).isFalse();
            assertThatThrownBy(() -> Homes.open(its, empty))
                    .isInstanceOf(VaultLocked.class)
                    .hasMessageContaining("no vault in this home yet");
            assertThat(KeyFiles.in(empty).folder()).doesNotExist();
        }
    }

    /** A first run that was cut off between the database and the slot can simply be run again. */
    @Test
    void aFirstRunThatWasCutOffStartsOver() throws IOException {
        var half = Files.createDirectory(home.resolve("half"));
        try (var its = Homes.database(half)) {
            Homes.create(its, half).close();
            Files.delete(KeyFiles.in(half).slot());
            assertThat(Vault.exists(its, KeyFiles.in(half))).isFalse();
            try (var again = Homes.create(its, half)) {
                again.createSpace("default");
                again.put(TOKEN, utf8("value after all"), false);
            }
            try (var opened = Homes.open(its, half)) {
                assertThat(lent(opened, TOKEN)).isEqualTo("value after all");
            }
        }
    }

    private void close() {
        vault.close();
        database.close();
    }

    private void restartAfter(String damage) {
        unbound(damage);
        close();
        database = Homes.database(home);
        vault = Homes.open(database, home);
    }

    /** With the foreign keys off, as another program would. */
    private void unbound(String damage) {
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
