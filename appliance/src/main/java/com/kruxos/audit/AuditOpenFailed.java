package com.kruxos.audit;

import java.nio.file.Path;

/** The audit log cannot be opened, or its last records are damaged. Nothing in it was changed. */
public final class AuditOpenFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    AuditOpenFailed(Path file, String reason, String hint) {
        super("cannot open " + file + ": " + reason);
        this.hint = hint;
    }

    AuditOpenFailed(Path file, String hint, Throwable cause) {
        super("cannot open " + file + ": " + cause.getMessage(), cause);
        this.hint = hint;
    }

    /** The next step for the person who started the appliance. */
    public String hint() {
        return hint;
    }
}
