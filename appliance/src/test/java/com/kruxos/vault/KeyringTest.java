package com.kruxos.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.kruxos.os.SystemInfo;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The identity file is created once, accepted only if it is private, and never replaced. */
class KeyringTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-21T10:00:00Z"));

    @TempDir
    Path home;

    private KeyFiles files;

    @BeforeEach
    void createKeyFiles() {
        files = KeyFiles.in(home);
    }

    @Test
    void aCreatedKeyringOpens() {
        try (var made = Keyring.create(files, CLOCK, _ -> {});
                var opened = Keyring.open(files)) {
            assertThat(opened.id()).isEqualTo(made.id());
            assertThat(opened.key()).isEqualTo(made.key()).isNotEqualTo(new byte[32]);
        }
    }

    /** Fails without the permissions in {@code PrivateFile.writeTemporary} or {@code PrivateFile.createFolder}. */
    @Test
    void filesAndFoldersAreCreatedPrivate() throws IOException {
        create();
        assertThat(mode(files.identityFile())).isEqualTo("rw-------");
        assertThat(mode(files.slotFile())).isEqualTo("rw-------");
        assertThat(mode(files.folder())).isEqualTo("rwx------");
        assertThat(mode(files.slotsFolder())).isEqualTo("rwx------");
        try (var all = Files.walk(home)) {
            assertThat(all.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("age.key", "unattended.age", "unattended.pub");
        }
    }

    @Test
    void theIdentityFileHasTheFormatOfAgeKeygen() throws IOException {
        create();
        assertThat(Files.readString(files.identityFile())).matches("""
                        # created: 2026-11-21T10:00:00Z
                        # public key: age1[0-9a-z]{58}
                        AGE-SECRET-KEY-1[0-9A-Z]{58}
                        """);
        assertThat(Files.readString(files.identityFile())).contains(Files.readString(files.recipientFile()));
    }

    /** Fails without the check of the mode in {@code PrivateFile.checkAccess}. */
    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw--w----", "rw-----w-", "rw----r--", "rw-r--r--", "rwxrwxrwx"})
    void anIdentityFileAccessibleToOthersIsRefused(String mode) throws IOException {
        create();
        Files.setPosixFilePermissions(files.identityFile(), PosixFilePermissions.fromString(mode));
        assertRefused("other users have access to it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------", "rwx------"})
    void anIdentityFileAccessibleOnlyToItsOwnerIsAccepted(String mode) throws IOException {
        create();
        Files.setPosixFilePermissions(files.identityFile(), PosixFilePermissions.fromString(mode));
        Keyring.open(files).close();
    }

    /** Fails without {@code PrivateFile.toleratedBits}, and if it checks less. */
    @Test
    void aSystemdCredentialIsAcceptedAndSimilarModesAreRefused() throws IOException {
        assumeTrue(SystemInfo.effectiveUserId() == 0, "only root can make one");
        create();
        Files.setAttribute(files.identityFile(), "unix:gid", 0);
        Files.setPosixFilePermissions(files.identityFile(), PosixFilePermissions.fromString("r--r-----"));
        Keyring.open(files).close();
        Files.setAttribute(files.identityFile(), "unix:gid", 12_345);
        assertRefused("other users have access to it");
        Files.setAttribute(files.identityFile(), "unix:gid", 0);
        Files.setPosixFilePermissions(files.identityFile(), PosixFilePermissions.fromString("r--r--r--"));
        assertRefused("other users have access to it");
    }

    /** Fails without the check of the owner in {@code PrivateFile.checkAccess}. */
    @Test
    void anIdentityFileOfAnotherUserIsRefused() throws IOException {
        assumeTrue(SystemInfo.effectiveUserId() == 0, "only root can give a file away");
        create();
        Files.setAttribute(files.identityFile(), "unix:uid", 12_345);
        assertRefused("it belongs to user 12345");
    }

    /** Fails if {@code PrivateFile.read} checks the link instead of its target. */
    @Test
    void aSymbolicLinkIsFollowedAndItsTargetIsChecked() throws IOException {
        create();
        var elsewhere = home.resolve("elsewhere.key");
        Files.move(files.identityFile(), elsewhere);
        Files.createSymbolicLink(files.identityFile(), elsewhere);
        Keyring.open(files).close();
        Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused("other users have access to it");
    }

    @Test
    void aFolderAsIdentityFileIsRefused() throws IOException {
        create();
        Files.delete(files.identityFile());
        Files.createDirectory(
                files.identityFile(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertRefused("not a regular file");
    }

    /** Opening a named pipe blocks. Fails if the file is opened before it is checked. */
    @Test
    void aNamedPipeAsIdentityFileIsRefusedWithoutBlocking() throws IOException, InterruptedException {
        create();
        Files.delete(files.identityFile());
        assertThat(new ProcessBuilder(
                                "mkfifo", "-m", "600", files.identityFile().toString())
                        .start()
                        .waitFor())
                .isZero();
        assertRefused("not a regular file");
    }

    /** Fails if {@code Keyring.open} creates a missing identity, or without the recipient file of the slot. */
    @Test
    void aMissingIdentityIsReportedAndNothingIsCreated() throws IOException {
        create();
        var expected = Files.readString(files.recipientFile()).strip();
        Files.delete(files.identityFile());
        assertRefused("there is no identity file", expected);
    }

    @Test
    void anotherIdentityIsReportedWithTheExpectedOne() throws IOException {
        create();
        var expected = Files.readString(files.recipientFile()).strip();
        var other = KeyFiles.in(Files.createDirectory(home.resolve("other")));
        Keyring.create(other, CLOCK, _ -> {}).close();
        files = files.withIdentityFile(other.identityFile());
        assertRefused(
                "is another key, " + Files.readString(other.recipientFile()).strip(), expected);
    }

    @Test
    void aDamagedSlotIsReportedAsDamaged() throws IOException {
        create();
        var slot = Files.readAllBytes(files.slotFile());
        slot[slot.length - 1] ^= 1;
        Files.write(files.slotFile(), slot);
        assertRefused("is damaged");
    }

    @Test
    void aMissingSlotFileIsReportedAndNotCreated() throws IOException {
        create();
        Files.delete(files.slotFile());
        assertRefused("cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# only a comment\n", "hello\n", "AGE-SECRET-KEY-1QQQQ\n", "AGE-PLUGIN-YUBIKEY-1Q\n"})
    void anInvalidIdentityFileIsRefusedAndNotQuoted(String content) throws IOException {
        create();
        Files.writeString(files.identityFile(), content);
        assertThatThrownBy(() -> Keyring.open(files))
                .isInstanceOf(VaultLocked.class)
                .hasMessageContaining("is refused")
                .hasNoCause()
                .message()
                .doesNotContain("QQQQ", "hello");
    }

    /** Fails if {@code AgeIdentity.parse} stops at the first identity. */
    @Test
    void aFileWithTwoIdentitiesIsRefused() throws IOException {
        create();
        Files.writeString(
                files.identityFile(), Files.readString(files.identityFile()).repeat(2));
        assertRefused("it must hold one age X25519 identity");
    }

    @Test
    void anOversizedFileIsRefused() throws IOException {
        create();
        Files.writeString(files.identityFile(), "#".repeat(64 * 1024));
        assertRefused("larger than 64 KiB");
    }

    /** Interrupted after writing the identity and before writing the slot. */
    @Test
    void anIdentityOfAnInterruptedFirstRunIsReused() throws IOException {
        create();
        var before = Files.readString(files.identityFile());
        Files.delete(files.slotFile());
        create();
        assertThat(Files.readString(files.identityFile())).isEqualTo(before);
        Keyring.open(files).close();
    }

    /** Fails without the first check in {@code Keyring.create}. */
    @Test
    void anExistingKeyringIsNotCreatedAgain() throws IOException {
        create();
        var before = snapshot();
        assertThatThrownBy(() -> Keyring.create(files, CLOCK, _ -> {})).isInstanceOf(CannotCreateVault.class);
        assertThat(snapshot()).isEqualTo(before);
    }

    /** Fails if {@code PrivateFile.writeNew} renames instead of linking. */
    @Test
    void writeNewNeverReplacesAFile() throws IOException {
        var file = home.resolve("key");
        PrivateFile.writeNew(file, new byte[] {1});
        assertThatThrownBy(() -> PrivateFile.writeNew(file, new byte[] {2}))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(Files.readAllBytes(file)).containsExactly(1);
        try (var left = Files.list(home)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void theIdentityFileMayBeOutsideTheHome() throws IOException {
        files = files.withIdentityFile(
                Files.createDirectory(home.resolve("volume")).resolve("kruxos.key"));
        create();
        assertThat(mode(home.resolve("volume/kruxos.key"))).isEqualTo("rw-------");
        assertThat(home.resolve("keyring/age.key")).doesNotExist();
        Keyring.open(files).close();
    }

    @Test
    void anIdentityFileAccessibleToOthersIsRefusedBeforeAnythingIsCreated() throws IOException {
        files = files.withIdentityFile(home.resolve("mine.key"));
        Files.writeString(files.identityFile(), "AGE-SECRET-KEY-1");
        Files.setPosixFilePermissions(files.identityFile(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> Keyring.create(files, CLOCK, _ -> {})).isInstanceOf(VaultLocked.class);
        assertThat(files.slotFile()).doesNotExist();
    }

    private void create() {
        Keyring.create(files, CLOCK, _ -> {}).close();
    }

    private void assertRefused(String reason) throws IOException {
        assertRefused(reason, null);
    }

    private void assertRefused(String reason, @Nullable String expected) throws IOException {
        var before = snapshot();
        assertThatThrownBy(() -> Keyring.open(files)).isInstanceOfSatisfying(VaultLocked.class, locked -> {
            assertThat(locked).hasMessageContaining(reason);
            assertThat(locked.hint()).isNotBlank();
            if (expected != null) {
                assertThat(locked.expectedRecipient()).contains(expected);
                assertThat(locked).hasMessageContaining(expected);
            }
        });
        assertThat(snapshot()).isEqualTo(before);
    }

    private Map<String, String> snapshot() throws IOException {
        var files = new TreeMap<String, String>();
        try (var all = Files.walk(home)) {
            for (var file : all.toList()) {
                var content = Files.isRegularFile(file) ? HexFormat.of().formatHex(Files.readAllBytes(file)) : "";
                files.put(home.relativize(file).toString(), content);
            }
        }
        return files;
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
