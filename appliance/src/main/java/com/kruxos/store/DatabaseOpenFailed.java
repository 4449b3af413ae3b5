package com.kruxos.store;

import java.nio.file.Path;

/** A database could not be opened as one of ours. Nothing in it was changed. */
public final class DatabaseOpenFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    DatabaseOpenFailed(Path file, String reason, String hint) {
        super("cannot open " + file + ": " + reason);
        this.hint = hint;
    }

    DatabaseOpenFailed(Path file, String hint, Throwable cause) {
        super("cannot open " + file + ": " + cause.getMessage(), cause);
        this.hint = hint;
    }

    /** The next step for the person who started the appliance. */
    public String hint() {
        return hint;
    }
}
