package com.kruxos;

import org.jspecify.annotations.Nullable;

/** The folder cannot be used as a home. */
public final class UnusableHome extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    public UnusableHome(String reason, String hint, @Nullable Throwable cause) {
        super(reason, cause);
        this.hint = hint;
    }

    public String hint() {
        return hint;
    }
}
