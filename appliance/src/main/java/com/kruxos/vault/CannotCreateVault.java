package com.kruxos.vault;

import org.jspecify.annotations.Nullable;

/** A new vault could not be created. Existing files are unchanged. */
public final class CannotCreateVault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    CannotCreateVault(String reason, String hint, @Nullable Throwable cause) {
        super("cannot create the vault: " + reason, cause);
        this.hint = hint;
    }

    /** What the administrator can do about it. */
    public String hint() {
        return hint;
    }
}
