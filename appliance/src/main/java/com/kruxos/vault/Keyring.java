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
    private static final String BRING_BACK = "restore the identity file, or set KRUXOS_AGE_KEY to its path";

    private Keyring() {}

    static boolean exists(KeyFiles files) {
        return Files.exists(files.slot(), LinkOption.NOFOLLOW_LINKS);
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
            PrivateFile.folder(files.folder());
            PrivateFile.folder(files.slots());
            try (var identity = ownIdentity(files, clock);
                    var root = RootKey.random()) {
                var slot = AgeSlot.seal(root, identity.recipient());
                prepare.accept(root);
                PrivateFile.replace(files.recipient(), line(identity.recipient()));
                PrivateFile.writeNew(files.slot(), slot);
                // Read back, so that a slot that cannot be decrypted is noticed before the first secret is stored.
                return AgeSlot.open(Files.readAllBytes(files.slot()), identity);
            }
        } catch (IOException | Unreadable e) {
            throw new CannotCreateVault(
                    String.valueOf(e.getMessage()), "check owner, mode and free space of " + files.folder(), e);
        }
    }

    /** Decrypts the root key in the unattended slot. */
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

    /** For a home without a slot: its keyring is lost, or, when {@code root} is null, it has no vault. */
    static VaultLocked lost(KeyFiles files, @Nullable String root) {
        return root == null
                ? new VaultLocked("there is no vault in this home yet", "prepare the home with `kruxos setup`", null)
                : new VaultLocked(
                        "the database was sealed by root key " + root + ", but there is no slot " + files.slot(),
                        "restore the keyring folder from a backup; a new keyring could not decrypt this database",
                        expected(files));
    }

    /** For a keyring whose database has no vault. */
    static VaultLocked empty(KeyFiles files) {
        return new VaultLocked(
                "a keyring exists in " + files.folder() + ", but the database holds no vault",
                "restore the database from a backup",
                expected(files));
    }

    /** For a keyring whose root key is not the one that the database was sealed with. */
    static VaultLocked foreign(KeyFiles files, byte[] here, byte[] wanted) {
        var hex = HexFormat.of();
        return new VaultLocked(
                "the keyring " + files.folder() + " holds root key " + hex.formatHex(here)
                        + ", the database was sealed by " + hex.formatHex(wanted),
                "restore keyring and database from the same backup",
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
                    "it must be a regular file of mode 0600, owned by root or the user KruxOS runs as,"
                            + " with one AGE-SECRET-KEY-1 line",
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
                throw new IOException("it is larger than 64 KiB");
            }
            return Files.readAllBytes(files.slot());
        } catch (IOException e) {
            throw new VaultLocked(
                    "the slot " + files.slot() + " cannot be read: " + e,
                    "restore the keyring folder from a backup",
                    expected);
        }
    }

    /** For messages only; decrypting the slot decides whether an identity is the right one. */
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
