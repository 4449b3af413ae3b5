package com.kruxos.transport;

import org.jspecify.annotations.Nullable;

/**
 * A child process could not be started, or a connection not begun. Neither text holds a variable's or header's value.
 */
public final class CannotStart extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    public CannotStart(String reason, String hint) {
        this(reason, hint, null);
    }

    CannotStart(String reason, String hint, @Nullable Throwable cause) {
        super(reason, cause);
        this.hint = hint;
    }

    /** What the person who configured the command can do about it. */
    public String hint() {
        return hint;
    }
}
