package com.kruxos.web;

import org.jspecify.annotations.Nullable;

/** A listener could not be opened. */
public final class ListenFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    public ListenFailed(Object where, String hint, @Nullable Throwable cause) {
        super("cannot listen on " + where, cause);
        this.hint = hint;
    }

    /** What to do next. */
    public String hint() {
        return hint;
    }
}
