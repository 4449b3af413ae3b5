package com.kruxos.audit;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Records could not be read. Nothing was changed. */
public final class AuditReadFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    AuditReadFailed(Path file, String reason, String hint, @Nullable Throwable cause) {
        super("cannot read " + file + ": " + reason, cause);
        this.hint = hint;
    }

    /** What a person can do about it. */
    public String hint() {
        return hint;
    }
}
