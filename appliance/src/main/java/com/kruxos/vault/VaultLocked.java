package com.kruxos.vault;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The vault cannot be unlocked with the present keys. Nothing has been changed. */
public final class VaultLocked extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;
    private final @Nullable String expectedRecipient;

    VaultLocked(String reason, String hint, @Nullable String expected) {
        super("the vault is locked: " + reason + (expected == null ? "" : " (expected key " + expected + ")"));
        this.hint = hint;
        this.expectedRecipient = expected;
    }

    /** What the administrator can do about it. */
    public String hint() {
        return hint;
    }

    /** The recipient (age1…) of the identity that unlocks this vault, if it is known. */
    public Optional<String> expectedRecipient() {
        return Optional.ofNullable(expectedRecipient);
    }
}
