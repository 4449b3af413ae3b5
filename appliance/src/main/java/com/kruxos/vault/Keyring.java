package com.kruxos.vault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The slots that hold the encrypted root key, and the identity file that decrypts the unattended slot.
 *
 * <p>{@link #create} writes the slot file last. A folder without it is not a keyring, and an identity file that an
 * interrupted first run left in it is reused. While a slot file exists, no key is ever generated.
 */
final class Keyring {
    private static final String IDENTITY_HINT = "restore the identity file, or set KRUXOS_AGE_KEY to its path";

    private Keyring() {}

    static boolean exists(KeyFiles files) {
        return Files.exists(files.slotFile(), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Generates the root key, writes its slot, and creates the identity file if it is missing.
     *
     * @param prepare uses the new root key before the slot is written, which makes the key final
     */
    static RootKey create(KeyFiles files, InstantSource clock, Consumer<RootKey> prepare) {
        if (exists(files)) {
            throw new CannotCreateVault(
                    "a keyring already exists in " + files.folder(), "start without setup, or name another home", null);
        }
        try {
            PrivateFile.createFolder(files.folder());
            PrivateFile.createFolder(files.slotsFolder());
            try (var identity = readOrGenerateIdentity(files, clock);
                    var root = RootKey.random()) {
                var slot = AgeSlot.seal(root, identity.recipient());
                prepare.accept(root);
                PrivateFile.replace(files.recipientFile(), toLine(identity.recipient()));
                PrivateFile.writeNew(files.slotFile(), slot);
                // Read back, so that a slot that cannot be decrypted is noticed before the first secret is stored.
                return AgeSlot.open(Files.readAllBytes(files.slotFile()), identity);
            }
        } catch (IOException | UnsealFailed e) {
            throw new CannotCreateVault(
                    String.valueOf(e.getMessage()), "check owner, mode and free space of " + files.folder(), e);
        }
    }

    /** Decrypts the root key in the unattended slot. */
    static RootKey open(KeyFiles files) {
        var expected = readExpectedRecipient(files);
        try (var identity = readIdentity(files, expected)) {
            var slot = readSlot(files, expected);
            try {
                return AgeSlot.open(slot, identity);
            } catch (UnsealFailed e) {
                throw identity.recipient().equals(expected)
                        ? new VaultLocked(
                                files.slotFile() + " is damaged", "restore the keyring folder from a backup", expected)
                        : new VaultLocked(
                                files.identityFile() + " is another key, " + identity.recipient(),
                                IDENTITY_HINT,
                                expected);
            }
        }
    }

    /** For a home without a slot: its keyring is lost, or, when {@code root} is null, it has no vault. */
    static VaultLocked keyringMissing(KeyFiles files, @Nullable String root) {
        return root == null
                ? new VaultLocked("there is no vault in this home yet", "prepare the home with `kruxos setup`", null)
                : new VaultLocked(
                        "the database was sealed by root key " + root + ", but there is no slot " + files.slotFile(),
                        "restore the keyring folder from a backup; a new keyring could not decrypt this database",
                        readExpectedRecipient(files));
    }

    /** For a keyring whose database has no vault. */
    static VaultLocked vaultMissing(KeyFiles files) {
        return new VaultLocked(
                "a keyring exists in " + files.folder() + ", but the database holds no vault",
                "restore the database from a backup",
                readExpectedRecipient(files));
    }

    /** For a keyring whose root key is not the one that the database was sealed with. */
    static VaultLocked wrongKeyring(KeyFiles files, byte[] here, byte[] wanted) {
        var hex = HexFormat.of();
        return new VaultLocked(
                "the keyring " + files.folder() + " holds root key " + hex.formatHex(here)
                        + ", the database was sealed by " + hex.formatHex(wanted),
                "restore keyring and database from the same backup",
                null);
    }

    private static AgeIdentity readOrGenerateIdentity(KeyFiles files, InstantSource clock)
            throws IOException, UnsealFailed {
        if (Files.exists(files.identityFile(), LinkOption.NOFOLLOW_LINKS)) {
            return readIdentity(files, null);
        }
        var identity = AgeIdentity.generate();
        var content = identity.encodeFile(clock.instant());
        try {
            PrivateFile.writeNew(files.identityFile(), content);
            return identity;
        } finally {
            Wipe.bytes(content);
        }
    }

    private static AgeIdentity readIdentity(KeyFiles files, @Nullable String expected) {
        byte[] content = null;
        try {
            content = PrivateFile.read(files.identityFile());
            return AgeIdentity.parse(content);
        } catch (NoSuchFileException e) {
            throw new VaultLocked("there is no identity file " + files.identityFile(), IDENTITY_HINT, expected);
        } catch (UnsealFailed e) {
            throw new VaultLocked(
                    "the identity file " + files.identityFile() + " is refused: " + e.getMessage(),
                    "it must be a regular file of mode 0600, owned by root or the user KruxOS runs as,"
                            + " with one AGE-SECRET-KEY-1 line",
                    expected);
        } catch (IOException e) {
            throw new VaultLocked("the identity file cannot be read: " + e, IDENTITY_HINT, expected);
        } finally {
            Wipe.bytes(content);
        }
    }

    private static byte[] readSlot(KeyFiles files, @Nullable String expected) {
        try {
            if (Files.size(files.slotFile()) > 64 * 1024) {
                throw new IOException("it is larger than 64 KiB");
            }
            return Files.readAllBytes(files.slotFile());
        } catch (IOException e) {
            throw new VaultLocked(
                    "the slot " + files.slotFile() + " cannot be read: " + e,
                    "restore the keyring folder from a backup",
                    expected);
        }
    }

    /** For messages only; decrypting the slot decides whether an identity is the right one. */
    private static @Nullable String readExpectedRecipient(KeyFiles files) {
        try {
            var text = Files.readString(files.recipientFile(), StandardCharsets.US_ASCII)
                    .strip();
            return text.matches("age1[0-9a-z]{10,100}") ? text : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static byte[] toLine(String text) {
        return (text + "\n").getBytes(StandardCharsets.US_ASCII);
    }
}
