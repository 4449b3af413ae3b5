package com.kruxos.egress;

import org.jspecify.annotations.Nullable;

/**
 * A child process could not be started, or a connection not begun. Neither text holds a variable's or header's value.
 */
public final class CannotConnect extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    public CannotConnect(String reason, String hint) {
        this(reason, hint, null);
    }

    public CannotConnect(String reason, String hint, @Nullable Throwable cause) {
        super(reason, cause);
        this.hint = hint;
    }

    /** What the person who configured the command can do about it. */
    public String hint() {
        return hint;
    }
}
