package com.kruxos.tls;

import org.jspecify.annotations.Nullable;

/** A certificate or key file cannot be used as it is. Neither text ever quotes what is in a key file. */
public final class CannotUseCertificate extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    CannotUseCertificate(String reason, String hint, @Nullable Throwable cause) {
        super(reason, cause);
        this.hint = hint;
    }

    /** What the person who started us can do about it. */
    public String hint() {
        return hint;
    }
}
