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
    private static final String BRING_BACK =
            "put the identity file back, or name the place where it is with KRUXOS_AGE_KEY";

    private Keyring() {}

    static boolean exists(KeyFiles files) {
        return Files.exists(files.slot(), LinkOption.NOFOLLOW_LINKS);
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
            PrivateFile.folder(files.folder());
            PrivateFile.folder(files.slots());
            try (var identity = ownIdentity(files, clock);
                    var root = RootKey.random()) {
                var slot = AgeSlot.seal(root, identity.recipient());
                prepare.accept(root);
                PrivateFile.replace(files.recipient(), line(identity.recipient()));
                PrivateFile.writeNew(files.slot(), slot);
                // Read back: a slot that does not open must be noticed now and not after the first secret.
                return AgeSlot.open(Files.readAllBytes(files.slot()), identity);
            }
        } catch (IOException | Unreadable e) {
            throw new CannotCreateVault(
                    String.valueOf(e.getMessage()), "check the folder " + files.folder() + " and its disk", e);
        }
    }

    /** The root key out of the unattended slot. */
    static RootKey open(KeyFiles files) {
        var expected = expected(files);
        try (var identity = identity(files, expected)) {
            var slot = readSlot(files, expected);
            try {
                return AgeSlot.open(slot, identity);
            } catch (Unreadable e) {
                throw identity.recipient().equals(expected)
                        ? new VaultLocked(
                                files.slot() + " is damaged", "restore the keyring folder from a backup", expected)
                        : new VaultLocked(
                                files.identity() + " is another key, " + identity.recipient(), BRING_BACK, expected);
            }
        }
    }

    /** The database holds a vault whose keyring is gone, or there is neither. */
    static VaultLocked lost(KeyFiles files, @Nullable String root) {
        return root == null
                ? new VaultLocked("there is no vault in this home yet", "prepare the home first", null)
                : new VaultLocked(
                        "the database was sealed by root key " + root + ", but there is no slot " + files.slot(),
                        "restore the keyring folder from a backup; a new one could not open what is there",
                        expected(files));
    }

    /** There is a keyring, but the database beside it knows nothing of a vault. */
    static VaultLocked empty(KeyFiles files) {
        return new VaultLocked(
                "there is a keyring in " + files.folder() + ", but the database holds no vault",
                "restore the database from a backup",
                expected(files));
    }

    /** The keyring opens, but it is not the one this database was sealed with. */
    static VaultLocked foreign(KeyFiles files, byte[] here, byte[] wanted) {
        var hex = HexFormat.of();
        return new VaultLocked(
                "the keyring " + files.folder() + " holds root key " + hex.formatHex(here)
                        + ", the database was sealed by " + hex.formatHex(wanted),
                "bring keyring and database of the same backup together",
                null);
    }

    private static AgeIdentity ownIdentity(KeyFiles files, InstantSource clock) throws IOException, Unreadable {
        if (Files.exists(files.identity(), LinkOption.NOFOLLOW_LINKS)) {
            return identity(files, null);
        }
        var identity = AgeIdentity.generate();
        var content = identity.file(clock.instant());
        try {
            PrivateFile.writeNew(files.identity(), content);
            return identity;
        } finally {
            Wipe.bytes(content);
        }
    }

    private static AgeIdentity identity(KeyFiles files, @Nullable String expected) {
        byte[] content = null;
        try {
            content = PrivateFile.read(files.identity());
            return AgeIdentity.parse(content);
        } catch (NoSuchFileException e) {
            throw new VaultLocked("there is no identity file " + files.identity(), BRING_BACK, expected);
        } catch (Unreadable e) {
            throw new VaultLocked(
                    "the identity file " + files.identity() + " is refused: " + e.getMessage(),
                    "it must be a regular file of mode 0600 that belongs to root or to the user KruxOS runs as"
                            + " and holds one AGE-SECRET-KEY-1 line",
                    expected);
        } catch (IOException e) {
            throw new VaultLocked("the identity file cannot be read: " + e, BRING_BACK, expected);
        } finally {
            Wipe.bytes(content);
        }
    }

    private static byte[] readSlot(KeyFiles files, @Nullable String expected) {
        try {
            if (Files.size(files.slot()) > 64 * 1024) {
                throw new IOException("it is larger than any slot");
            }
            return Files.readAllBytes(files.slot());
        } catch (IOException e) {
            throw new VaultLocked(
                    "the slot " + files.slot() + " cannot be read: " + e,
                    "restore the keyring folder from a backup",
                    expected);
        }
    }

    /** Only for the person: whether a key fits is decided by opening the slot. */
    private static @Nullable String expected(KeyFiles files) {
        try {
            var text = Files.readString(files.recipient(), StandardCharsets.US_ASCII)
                    .strip();
            return text.matches("age1[0-9a-z]{10,100}") ? text : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.US_ASCII);
    }
}
