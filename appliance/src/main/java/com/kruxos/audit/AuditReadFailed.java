package com.kruxos.audit;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Records cannot be read. Nothing was changed. */
public final class AuditReadFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    AuditReadFailed(Path file, String reason, String hint, @Nullable Throwable cause) {
        super("cannot read " + file + ": " + reason, cause);
        this.hint = hint;
    }

    /** The next step for the user. */
    public String hint() {
        return hint;
    }
}
