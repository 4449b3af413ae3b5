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

/** Rows P4 and P9: the key file is made once, trusted only when it is private, and never replaced. */
class KeyringTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-21T10:00:00Z"));

    @TempDir
    Path home;

    private KeyFiles files;

    @BeforeEach
    void names() {
        files = KeyFiles.in(home);
    }

    @Test
    void whatWasMadeOpensAgain() {
        try (var made = Keyring.create(files, CLOCK, _ -> {});
                var opened = Keyring.open(files)) {
            assertThat(opened.id()).isEqualTo(made.id());
            assertThat(opened.key()).isEqualTo(made.key()).isNotEqualTo(new byte[32]);
        }
    }

    /** Red without the attribute in {@code PrivateFile.draft}, or the one in {@code PrivateFile.folder}. */
    @Test
    void everythingIsPrivateFromTheFirstByte() throws IOException {
        create();
        assertThat(mode(files.identity())).isEqualTo("rw-------");
        assertThat(mode(files.slot())).isEqualTo("rw-------");
        assertThat(mode(files.folder())).isEqualTo("rwx------");
        assertThat(mode(files.slots())).isEqualTo("rwx------");
        try (var all = Files.walk(home)) {
            assertThat(all.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("age.key", "unattended.age", "unattended.pub");
        }
    }

    @Test
    void theIdentityFileIsTheTextAgeKeygenWrites() throws IOException {
        create();
        assertThat(Files.readString(files.identity())).matches("""
                        # created: 2026-11-21T10:00:00Z
                        # public key: age1[0-9a-z]{58}
                        AGE-SECRET-KEY-1[0-9A-Z]{58}
                        """);
        assertThat(Files.readString(files.identity())).contains(Files.readString(files.recipient()));
    }

    /** Row P4. Red without the mode check in {@code PrivateFile.judge}. */
    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw--w----", "rw-----w-", "rw----r--", "rw-r--r--", "rwxrwxrwx"})
    void anIdentityFileThatOthersCanReadOrWriteIsRefused(String mode) throws IOException {
        create();
        Files.setPosixFilePermissions(files.identity(), PosixFilePermissions.fromString(mode));
        refused("other users have access to it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------", "rwx------"})
    void anIdentityFileOnlyItsOwnerCanReachIsTaken(String mode) throws IOException {
        create();
        Files.setPosixFilePermissions(files.identity(), PosixFilePermissions.fromString(mode));
        Keyring.open(files).close();
    }

    /** Red without {@code PrivateFile.allowed}, and when that asks less. */
    @Test
    void aCredentialOfSystemdIsTakenAndNothingLikeIt() throws IOException {
        assumeTrue(SystemInfo.effectiveUserId() == 0, "only root can make one");
        create();
        Files.setAttribute(files.identity(), "unix:gid", 0);
        Files.setPosixFilePermissions(files.identity(), PosixFilePermissions.fromString("r--r-----"));
        Keyring.open(files).close();
        Files.setAttribute(files.identity(), "unix:gid", 12_345);
        refused("other users have access to it");
        Files.setAttribute(files.identity(), "unix:gid", 0);
        Files.setPosixFilePermissions(files.identity(), PosixFilePermissions.fromString("r--r--r--"));
        refused("other users have access to it");
    }

    /** Row P4. Red without the owner check in {@code PrivateFile.judge}. */
    @Test
    void anIdentityFileOfAnotherUserIsRefused() throws IOException {
        assumeTrue(SystemInfo.effectiveUserId() == 0, "only root can give a file away");
        create();
        Files.setAttribute(files.identity(), "unix:uid", 12_345);
        refused("it belongs to user 12345");
    }

    /** Red when {@code PrivateFile.read} judges the link instead of what it leads to. */
    @Test
    void aLinkIsFollowedAndItsTargetJudged() throws IOException {
        create();
        var elsewhere = home.resolve("elsewhere.key");
        Files.move(files.identity(), elsewhere);
        Files.createSymbolicLink(files.identity(), elsewhere);
        Keyring.open(files).close();
        Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rw-r--r--"));
        refused("other users have access to it");
    }

    @Test
    void aFolderInItsPlaceIsRefused() throws IOException {
        create();
        Files.delete(files.identity());
        Files.createDirectory(
                files.identity(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        refused("not a regular file");
    }

    /** A named pipe would hang whoever opens it. Red when the file is opened before it is judged. */
    @Test
    void aPipeInItsPlaceIsRefusedWithoutWaiting() throws IOException, InterruptedException {
        create();
        Files.delete(files.identity());
        assertThat(new ProcessBuilder("mkfifo", "-m", "600", files.identity().toString())
                        .start()
                        .waitFor())
                .isZero();
        refused("not a regular file");
    }

    /** Row P9. Red when {@code Keyring.open} makes what is missing, or without the recipient beside the slot. */
    @Test
    void aMissingIdentityIsNamedAndNothingIsMade() throws IOException {
        create();
        var expected = Files.readString(files.recipient()).strip();
        Files.delete(files.identity());
        refused("there is no identity file", expected);
    }

    /** Row P9. */
    @Test
    void anotherIdentityIsNamedBesideTheExpectedOne() throws IOException {
        create();
        var expected = Files.readString(files.recipient()).strip();
        var other = KeyFiles.in(Files.createDirectory(home.resolve("other")));
        Keyring.create(other, CLOCK, _ -> {}).close();
        files = files.withIdentity(other.identity());
        refused("is another key, " + Files.readString(other.recipient()).strip(), expected);
    }

    @Test
    void aDamagedSlotIsNotBlamedOnTheKey() throws IOException {
        create();
        var slot = Files.readAllBytes(files.slot());
        slot[slot.length - 1] ^= 1;
        Files.write(files.slot(), slot);
        refused("is damaged");
    }

    @Test
    void aMissingSlotFileIsNoReasonToMakeOne() throws IOException {
        create();
        Files.delete(files.slot());
        refused("cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# only a comment\n", "hello\n", "AGE-SECRET-KEY-1QQQQ\n", "AGE-PLUGIN-YUBIKEY-1Q\n"})
    void aFileThatIsNoIdentityIsRefusedAndNotQuoted(String content) throws IOException {
        create();
        Files.writeString(files.identity(), content);
        assertThatThrownBy(() -> Keyring.open(files))
                .isInstanceOf(VaultLocked.class)
                .hasMessageContaining("is refused")
                .hasNoCause()
                .message()
                .doesNotContain("QQQQ", "hello");
    }

    /** Red when the reader takes the first identity it finds and keeps quiet about the rest. */
    @Test
    void twoIdentitiesAreOneTooMany() throws IOException {
        create();
        Files.writeString(files.identity(), Files.readString(files.identity()).repeat(2));
        refused("it must hold one age X25519 identity");
    }

    @Test
    void anOversizedFileIsRefused() throws IOException {
        create();
        Files.writeString(files.identity(), "#".repeat(64 * 1024));
        refused("larger than 64 KiB");
    }

    /** A first run that was cut off after the identity and before the slot. */
    @Test
    void anIdentityLeftByAnInterruptedFirstRunIsUsedAgain() throws IOException {
        create();
        var before = Files.readString(files.identity());
        Files.delete(files.slot());
        create();
        assertThat(Files.readString(files.identity())).isEqualTo(before);
        Keyring.open(files).close();
    }

    /** Red without the first check in {@code Keyring.create}. */
    @Test
    void aKeyringIsNeverMadeTwice() throws IOException {
        create();
        var before = snapshot();
        assertThatThrownBy(() -> Keyring.create(files, CLOCK, _ -> {})).isInstanceOf(CannotCreateVault.class);
        assertThat(snapshot()).isEqualTo(before);
    }

    /** Red when {@code PrivateFile.writeNew} renames instead of linking. */
    @Test
    void aNewFileNeverReplacesOne() throws IOException {
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
    void theIdentityMayLieElsewhere() throws IOException {
        files = files.withIdentity(Files.createDirectory(home.resolve("volume")).resolve("kruxos.key"));
        create();
        assertThat(mode(home.resolve("volume/kruxos.key"))).isEqualTo("rw-------");
        assertThat(home.resolve("keyring/age.key")).doesNotExist();
        Keyring.open(files).close();
    }

    @Test
    void aWiderIdentityFileIsRefusedBeforeAnythingIsMade() throws IOException {
        files = files.withIdentity(home.resolve("mine.key"));
        Files.writeString(files.identity(), "AGE-SECRET-KEY-1");
        Files.setPosixFilePermissions(files.identity(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> Keyring.create(files, CLOCK, _ -> {})).isInstanceOf(VaultLocked.class);
        assertThat(files.slot()).doesNotExist();
    }

    private void create() {
        Keyring.create(files, CLOCK, _ -> {}).close();
    }

    private void refused(String reason) throws IOException {
        refused(reason, null);
    }

    private void refused(String reason, @Nullable String expected) throws IOException {
        var before = snapshot();
        assertThatThrownBy(() -> Keyring.open(files)).isInstanceOfSatisfying(VaultLocked.class, locked -> {
            assertThat(locked).hasMessageContaining(reason);
            assertThat(locked.hint()).isNotBlank();
            if (expected != null) {
                assertThat(locked.expected()).contains(expected);
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
