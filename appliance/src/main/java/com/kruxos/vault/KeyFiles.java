package com.kruxos.vault;

import java.nio.file.Path;

/**
 * Where the key files are.
 *
 * @param folder {@code HOME/keyring}, 0700; contains {@code slots/NAME.age}, the root key encrypted to one recipient,
 *     and {@code slots/NAME.pub}, the recipient as text, which names the identity that a vault needs
 * @param identityFile the age identity file of the unattended slot; may be outside the home, on another volume
 */
public record KeyFiles(Path folder, Path identityFile) {
    private static final String UNATTENDED = "unattended";

    /** The default locations in a home. */
    public static KeyFiles in(Path home) {
        var folder = home.resolve("keyring");
        return new KeyFiles(folder, folder.resolve("age.key"));
    }

    /** The same keyring with another identity file, as {@code KRUXOS_AGE_KEY} sets it. */
    public KeyFiles withIdentityFile(Path elsewhere) {
        return new KeyFiles(folder, elsewhere);
    }

    Path slotsFolder() {
        return folder.resolve("slots");
    }

    Path slotFile() {
        return slotsFolder().resolve(UNATTENDED + ".age");
    }

    Path recipientFile() {
        return slotsFolder().resolve(UNATTENDED + ".pub");
    }
}
