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
 * The slots that seal the root key, and the identity file that opens the unattended one.
 *
 * <p>The slot file is the last thing a new keyring writes: while it is missing there is no keyring, and an identity
 * file left by a first run that was cut off is used again. Once it is there, no key is ever made here.
 */
final class Keyring {
    private static final String IDENTITY_HINT =
            "put the identity file back, or name the place where it is with KRUXOS_AGE_KEY";

    private Keyring() {}

    static boolean exists(KeyFiles files) {
        return Files.exists(files.slotFile(), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Makes root key and slot, and the identity file when it is missing.
     *
     * @param prepare what must be done with the new root key before its slot makes it the one of this home
     */
    static RootKey create(KeyFiles files, InstantSource clock, Consumer<RootKey> prepare) {
        if (exists(files)) {
            throw new CannotCreateVault("there is a keyring in " + files.folder(), "open it instead", null);
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
                // Read back: a slot that does not open must be noticed now and not after the first secret.
                return AgeSlot.open(Files.readAllBytes(files.slotFile()), identity);
            }
        } catch (IOException | UnsealFailed e) {
            throw new CannotCreateVault(
                    String.valueOf(e.getMessage()), "check the folder " + files.folder() + " and its disk", e);
        }
    }

    /** The root key out of the unattended slot. */
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

    /** The database holds a vault whose keyring is gone, or there is neither. */
    static VaultLocked keyringMissing(KeyFiles files, @Nullable String root) {
        return root == null
                ? new VaultLocked("there is no vault in this home yet", "prepare the home first", null)
                : new VaultLocked(
                        "the database was sealed by root key " + root + ", but there is no slot " + files.slotFile(),
                        "restore the keyring folder from a backup; a new one could not open what is there",
                        readExpectedRecipient(files));
    }

    /** There is a keyring, but the database beside it knows nothing of a vault. */
    static VaultLocked vaultMissing(KeyFiles files) {
        return new VaultLocked(
                "there is a keyring in " + files.folder() + ", but the database holds no vault",
                "restore the database from a backup",
                readExpectedRecipient(files));
    }

    /** The keyring opens, but it is not the one this database was sealed with. */
    static VaultLocked wrongKeyring(KeyFiles files, byte[] here, byte[] wanted) {
        var hex = HexFormat.of();
        return new VaultLocked(
                "the keyring " + files.folder() + " holds root key " + hex.formatHex(here)
                        + ", the database was sealed by " + hex.formatHex(wanted),
                "bring keyring and database of the same backup together",
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
                    "it must be a regular file of mode 0600 that belongs to root or to the user KruxOS runs as"
                            + " and holds one AGE-SECRET-KEY-1 line",
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
                throw new IOException("it is larger than any slot");
            }
            return Files.readAllBytes(files.slotFile());
        } catch (IOException e) {
            throw new VaultLocked(
                    "the slot " + files.slotFile() + " cannot be read: " + e,
                    "restore the keyring folder from a backup",
                    expected);
        }
    }

    /** Only for the person: whether a key fits is decided by opening the slot. */
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
