package com.kruxos.egress;

import org.jspecify.annotations.Nullable;

/** A connection was not opened, or a request not sent. Message and hint never contain the value of a header. */
public final class CannotConnect extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    public CannotConnect(String reason, String hint) {
        this(reason, hint, null);
    }

    CannotConnect(String reason, String hint, @Nullable Throwable cause) {
        super(reason, cause);
        this.hint = hint;
    }

    /** What the person who configured the URL can do about it. */
    public String hint() {
        return hint;
    }
}
