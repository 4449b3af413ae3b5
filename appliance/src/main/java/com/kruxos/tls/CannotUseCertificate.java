package com.kruxos.tls;

import org.jspecify.annotations.Nullable;

/** A certificate or key cannot be used. Neither the message nor the hint quotes the content of a key. */
public final class CannotUseCertificate extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    CannotUseCertificate(String reason, String hint) {
        this(reason, hint, null);
    }

    CannotUseCertificate(String reason, String hint, @Nullable Throwable cause) {
        super(reason, cause);
        this.hint = hint;
    }

    /** What the administrator can do about it. */
    public String hint() {
        return hint;
    }
}
