package com.kruxos.vault;

import java.nio.file.Path;

/**
 * Where the keys lie.
 *
 * @param folder {@code HOME/keyring}, 0700; in it {@code slots/NAME.age}, the root key sealed to one recipient, and
 *     {@code slots/NAME.pub}, that recipient as text, so that a lost key can be named
 * @param identityFile the age identity file of the unattended slot; may lie outside the home, on a volume of its own
 */
public record KeyFiles(Path folder, Path identityFile) {
    private static final String UNATTENDED = "unattended";

    /** The usual places in a home. */
    public static KeyFiles in(Path home) {
        var folder = home.resolve("keyring");
        return new KeyFiles(folder, folder.resolve("age.key"));
    }

    /** The same keyring with the identity file elsewhere: what {@code KRUXOS_AGE_KEY} asks for. */
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
