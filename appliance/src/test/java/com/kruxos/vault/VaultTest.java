package com.kruxos.vault;

import static com.kruxos.vault.TestVaults.lendText;
import static com.kruxos.vault.TestVaults.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.store.Database;
import com.kruxos.vault.RejectedSecretValue.RejectionReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VaultTest {
    private static final SecretName TOKEN = SecretName.of("default", "github/token");

    @TempDir
    Path home;

    private Database database;
    private Vault vault;

    @BeforeEach
    void setUp() {
        database = TestVaults.openDatabase(home);
        vault = TestVaults.create(database, home);
        vault.createSpace("default");
    }

    @AfterEach
    void stop() {
        vault.close();
        database.close();
    }

    @Test
    void aStoredValueIsLent() {
        assertThat(vault.put(TOKEN, utf8("hunter2hunter2"), false)).isEqualTo(1);
        try (var lease = vault.lend(TOKEN).orElseThrow()) {
            assertThat(lease.value()).isEqualTo(utf8("hunter2hunter2"));
            assertThat(lease.version()).isEqualTo(1);
            assertThat(lease.name()).isEqualTo(TOKEN);
        }
    }

    /**
     * Fails if CachedRecord.lease decrypts each time, or SharedPlaintext wipes before its last reference is released.
     */
    @Test
    void overlappingLeasesShareOneCopyThatTheLastOneWipes() {
        vault.put(TOKEN, utf8("hunter2hunter2"), false);
        var first = vault.lend(TOKEN).orElseThrow();
        var second = vault.lend(TOKEN).orElseThrow();
        var value = second.value();
        assertThat(value).isSameAs(first.value());
        first.close();
        first.close(); // the second close has no effect
        assertThat(second.value()).isEqualTo(utf8("hunter2hunter2"));
        second.close();
        assertThat(value).containsOnly(0);
        assertThat(lendText(vault, TOKEN)).isEqualTo("hunter2hunter2");
    }

    /** Fails without RecordCache.invalidate in Vault.write. */
    @Test
    void aLeaseKeepsItsVersionAndLaterLeasesGetTheNewValue() {
        vault.put(TOKEN, utf8("hunter2hunter2"), false);
        try (var old = vault.lend(TOKEN).orElseThrow()) {
            vault.put(TOKEN, utf8("hunter3hunter3"), false);
            assertThat(lendText(vault, TOKEN)).isEqualTo("hunter3hunter3");
            vault.delete(TOKEN);
            assertThat(vault.lend(TOKEN)).isEmpty();
            assertThat(old.value()).isEqualTo(utf8("hunter2hunter2"));
            assertThat(old.version()).isEqualTo(1);
        }
    }

    @Test
    void aStoredValueSurvivesARestart() {
        vault.put(TOKEN, utf8("hunter2hunter2"), false);
        restart();
        assertThat(lendText(vault, TOKEN)).isEqualTo("hunter2hunter2");
    }

    @Test
    void putOverwritesWithTheNextVersion() {
        vault.put(TOKEN, utf8("first value"), false);
        assertThat(vault.put(TOKEN, utf8("second value"), false)).isEqualTo(2);
        assertThat(lendText(vault, TOKEN)).isEqualTo("second value");
        assertThat(vault.list("default")).hasSize(1);
    }

    @Test
    void deleteIsFinal() {
        vault.put(TOKEN, utf8("first value"), false);
        assertThat(vault.delete(TOKEN)).isTrue();
        assertThat(vault.lend(TOKEN)).isEmpty();
        assertThat(vault.delete(TOKEN)).isFalse();
        restart();
        assertThat(vault.lend(TOKEN)).isEmpty();
    }

    /** Fails without {@code VaultTable.raiseVersionFloor}: versions 1 and 2 would have two values each. */
    @Test
    void versionsAreNeverReused() {
        vault.put(TOKEN, utf8("first value"), false);
        vault.put(TOKEN, utf8("second value"), false);
        vault.delete(TOKEN);
        assertThat(vault.put(TOKEN, utf8("third value"), false)).isEqualTo(3);
        vault.deleteScope("default", "github");
        restart();
        assertThat(vault.put(TOKEN, utf8("fourth value"), false)).isEqualTo(4);
        assertThat(vault.put(SecretName.of("default", "other/one"), utf8("a new name"), false))
                .isEqualTo(4);
    }

    /** Deleting a scope removes its keys of every owner, and no others. */
    @Test
    void deletingAScopeRemovesAllItsKeys() {
        var mine = new SecretName("default", "agent:a1", "github", "token");
        var other = SecretName.of("default", "github2/token");
        vault.createSpace("work");
        var elsewhere = SecretName.of("work", "github/token");
        for (var name : List.of(TOKEN, SecretName.of("default", "github/webhook"), mine, other, elsewhere)) {
            vault.put(name, utf8("value of " + name), false);
        }
        assertThat(vault.deleteScope("default", "github")).isEqualTo(3);
        assertThat(vault.list("default")).extracting(SecretInfo::name).containsExactly(other);
        assertThat(vault.lend(mine)).isEmpty();
        assertThat(vault.lend(elsewhere)).isPresent();
        assertThat(vault.deleteScope("default", "github")).isZero();
    }

    @Test
    void sameNamesOfDifferentOwnersAreSeparate() {
        var mine = new SecretName("default", "agent:a1", "github", "token");
        vault.put(TOKEN, utf8("everybody's token"), false);
        vault.put(mine, utf8("my own token"), false);
        assertThat(lendText(vault, TOKEN)).isEqualTo("everybody's token");
        assertThat(lendText(vault, mine)).isEqualTo("my own token");
    }

    /** A list has no values: SecretInfo has no component for one. */
    @Test
    void listReturnsNamesVersionsAndWhetherEachDecrypts() {
        vault.put(TOKEN, utf8("first value"), false);
        vault.put(TOKEN, utf8("second value"), false);
        vault.put(SecretName.of("default", "a/b"), utf8("another value"), false);
        var now = TestVaults.CLOCK.instant();
        assertThat(vault.list("default"))
                .containsExactly(
                        new SecretInfo(SecretName.of("default", "a/b"), 1, now, now, true),
                        new SecretInfo(TOKEN, 2, now, now, true));
        assertThat(vault.list("nowhere")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 251, 252, 253, 508, 509, 65_535, 65_536})
    void valuesOfAnyLengthAreReturnedUnchanged(int length) {
        var value = RandomBytes.generate(length);
        vault.put(TOKEN, value, true);
        try (var lease = vault.lend(TOKEN).orElseThrow()) {
            assertThat(lease.value()).isEqualTo(value);
        }
    }

    @Test
    void valuesOfAnInvalidLengthAreRejectedAndTheOldValueStays() {
        vault.put(TOKEN, utf8("the old value"), false);
        assertRejected(new byte[0], true, RejectionReason.EMPTY);
        assertRejected(new byte[7], false, RejectionReason.TOO_SHORT);
        assertRejected(new byte[64 * 1024 + 1], false, RejectionReason.TOO_LONG);
        assertThat(lendText(vault, TOKEN)).isEqualTo("the old value");
        assertThatThrownBy(() -> vault.put(SecretName.of("nowhere", "a/b"), new byte[9], false))
                .isInstanceOfSatisfying(
                        RejectedSecretValue.class,
                        e -> assertThat(e.reason()).isEqualTo(RejectionReason.UNKNOWN_SPACE));
    }

    /** Fails without the wipe in {@code SharedPlaintext.release}. */
    @Test
    void aClosedLeaseHasWipedItsValue() {
        vault.put(TOKEN, utf8("hunter2hunter2"), false);
        var lease = vault.lend(TOKEN).orElseThrow();
        var value = lease.value();
        assertThat(lease.toString()).doesNotContain("hunter2");
        lease.close();
        assertThat(value).containsOnly(0);
        assertThatThrownBy(lease::value).isInstanceOf(IllegalStateException.class);
    }

    /** Fails if a value is written to a file of the home, as it is or in base64. */
    @Test
    void noFileOfTheHomeContainsTheValue() throws IOException {
        var value = "hunter2-" + "planted".repeat(20);
        vault.put(TOKEN, utf8(value), false);
        vault.put(TOKEN, utf8(value + "2"), false);
        vault.systemKey("pepper").close();
        vault.list("default");
        var found = new ArrayList<Path>();
        try (var files = Files.walk(home)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                if (text.contains("hunter2") || text.contains("planted") || text.contains("cGxhbnRlZ")) {
                    found.add(file);
                }
            }
        }
        assertThat(found).isEmpty();
    }

    /**
     * Deleting a secret removes its ciphertext and its salt, which its key is derived with, from the live database.
     * Fails without {@code purgeDeleted} after {@code table.delete}, or without {@code secure_delete} in
     * {@code Sqlite}.
     */
    @Test
    void aDeletedRecordIsRemovedFromTheDatabaseFiles() throws IOException {
        vault.put(TOKEN, RandomBytes.generate(3000), false);
        var sealed = database.read(handle -> new VaultTable(handle).find(TOKEN))
                .orElseThrow()
                .sealed();
        assertThat(databaseFilesContain(sealed.salt)).isTrue();
        vault.delete(TOKEN);
        assertThat(databaseFilesContain(sealed.salt)).isFalse();
        assertThat(databaseFilesContain(sealed.commitment)).isFalse();
        assertThat(databaseFilesContain(Arrays.copyOfRange(sealed.ciphertext, 600, 632)))
                .isFalse();
    }

    /** Fails without {@code purgeDeleted} in {@code Vault.put}. */
    @Test
    void anOverwrittenVersionIsRemovedFromTheDatabaseFiles() throws IOException {
        vault.put(TOKEN, RandomBytes.generate(3000), false);
        var sealed = database.read(handle -> new VaultTable(handle).find(TOKEN))
                .orElseThrow()
                .sealed();
        vault.put(TOKEN, RandomBytes.generate(3000), false);
        assertThat(databaseFilesContain(sealed.salt)).isFalse();
    }

    /** Fails if put encrypts other records of the scope or the Space again. */
    @Test
    void storingASecretChangesNoOtherRow() {
        var other = SecretName.of("default", "github/webhook");
        vault.put(TOKEN, utf8("first value"), false);
        vault.put(other, utf8("other value"), false);
        var before = database.read(handle -> new VaultTable(handle).find(other)).orElseThrow();
        vault.put(TOKEN, utf8("second value"), false);
        var after = database.read(handle -> new VaultTable(handle).find(other)).orElseThrow();
        assertThat(after.version()).isEqualTo(before.version());
        assertThat(after.sealed().ciphertext).isEqualTo(before.sealed().ciphertext);
        assertThat(after.sealed().salt).isEqualTo(before.sealed().salt);
    }

    /** Each record has its own salt, and therefore its own key. */
    @Test
    void eachRecordHasItsOwnSalt() {
        for (var i = 0; i < 50; i++) {
            vault.put(SecretName.of("default", "many/k" + i), utf8("the same value"), false);
        }
        var salts = database.read(handle -> handle.createQuery("SELECT count(DISTINCT salt) FROM vault_record")
                .mapTo(Long.class)
                .one());
        assertThat(salts).isEqualTo(50);
    }

    /** Keys and records of the Space are removed, from the files, too. */
    @Test
    void destroyingASpaceDestroysItsKeys() throws IOException {
        vault.put(TOKEN, utf8("first value"), false);
        var key = database.read(handle -> new VaultTable(handle).currentKey("default"))
                .orElseThrow();
        assertThat(vault.destroySpace("default")).isEqualTo(1);
        assertThat(databaseFilesContain(key.ciphertext)).isFalse();
        assertThat(vault.lend(TOKEN)).isEmpty();
        assertThat(vault.destroySpace("default")).isZero();
        assertThat(vault.createSpace("default")).isTrue();
        assertThat(vault.lend(TOKEN)).isEmpty();
        vault.put(TOKEN, utf8("a new value"), false);
        assertThat(lendText(vault, TOKEN)).isEqualTo("a new value");
    }

    @Test
    void creatingASpaceTwiceKeepsItsKey() {
        vault.put(TOKEN, utf8("first value"), false);
        assertThat(vault.createSpace("default")).isFalse();
        assertThat(lendText(vault, TOKEN)).isEqualTo("first value");
    }

    @Test
    void systemKeysAreCreatedOnceAndKept() {
        byte[] first;
        try (var lease = vault.systemKey("pepper");
                var other = vault.systemKey("audit-digest")) {
            first = lease.value().clone();
            assertThat(first).hasSize(32).isNotEqualTo(new byte[32]).isNotEqualTo(other.value());
        }
        restart();
        try (var lease = vault.systemKey("pepper")) {
            assertThat(lease.value()).isEqualTo(first);
        }
    }

    @Test
    void theSystemSpaceIsNotAccessibleByName() {
        vault.systemKey("pepper").close();
        var pepper = SecretName.of(Vault.SYSTEM_SPACE, "pepper");
        assertThatThrownBy(() -> vault.lend(pepper)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> vault.put(pepper, new byte[32], false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> vault.delete(pepper)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> vault.deleteScope(Vault.SYSTEM_SPACE, "pepper"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> vault.destroySpace(Vault.SYSTEM_SPACE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> vault.createSpace(Vault.SYSTEM_SPACE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> vault.list(Vault.SYSTEM_SPACE)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aClosedVaultLendsNothing() {
        vault.put(TOKEN, utf8("first value"), false);
        vault.close();
        assertThatThrownBy(() -> vault.lend(TOKEN)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> vault.list("default")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> vault.systemKey("pepper")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void lockedMemoryGivesNoWarning() {
        assertThat(vault.warnings()).isEmpty();
    }

    private void assertRejected(byte[] value, boolean allowShort, RejectionReason reason) {
        assertThatThrownBy(() -> vault.put(TOKEN, value, allowShort))
                .isInstanceOfSatisfying(RejectedSecretValue.class, e -> {
                    assertThat(e.reason()).isEqualTo(reason);
                    assertThat(e.hint()).isNotBlank();
                    assertThat(e).hasMessageContaining("github/token");
                });
    }

    private void restart() {
        vault.close();
        database.close();
        database = TestVaults.openDatabase(home);
        vault = TestVaults.open(database, home);
    }

    private boolean databaseFilesContain(byte[] wanted) throws IOException {
        var text = new String(wanted, StandardCharsets.ISO_8859_1);
        for (var name : List.of("kruxos.db", "kruxos.db-wal")) {
            var file = home.resolve(name);
            if (Files.exists(file)
                    && new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                return true;
            }
        }
        return false;
    }
}
