package com.kruxos.vault;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The vault cannot be unlocked with the keys that are there. Nothing was changed, and nothing is until the right key is
 * back.
 */
public final class VaultLocked extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;
    private final @Nullable String expectedRecipient;

    VaultLocked(String reason, String hint, @Nullable String expected) {
        super("the vault is locked: " + reason + (expected == null ? "" : " (expected key " + expected + ")"));
        this.hint = hint;
        this.expectedRecipient = expected;
    }

    /** What the person who started us can do about it. */
    public String hint() {
        return hint;
    }

    /** The public id (age1…) of the identity that opens this vault, when it is known. */
    public Optional<String> expectedRecipient() {
        return Optional.ofNullable(expectedRecipient);
    }
}
