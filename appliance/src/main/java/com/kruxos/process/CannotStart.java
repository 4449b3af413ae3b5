package com.kruxos.process;

import org.jspecify.annotations.Nullable;

/** A child process could not be started. Message and hint never contain the value of a variable. */
public final class CannotStart extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    public CannotStart(String reason, String hint) {
        this(reason, hint, null);
    }

    public CannotStart(String reason, String hint, @Nullable Throwable cause) {
        super(reason, cause);
        this.hint = hint;
    }

    /** What the person who configured the command can do about it. */
    public String hint() {
        return hint;
    }
}
