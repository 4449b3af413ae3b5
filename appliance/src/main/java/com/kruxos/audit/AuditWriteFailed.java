package com.kruxos.audit;

/** A record was not written, so what it was to announce must not happen, and what it was to close must not be told. */
public final class AuditWriteFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    AuditWriteFailed(WriteFailure trouble) {
        super("cannot record: " + trouble.reason());
        this.hint = trouble.hint();
    }

    /** What a person can do about it. */
    public String hint() {
        return hint;
    }
}
