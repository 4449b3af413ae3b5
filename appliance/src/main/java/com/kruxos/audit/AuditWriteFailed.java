package com.kruxos.audit;

/** An audit record was not written: an announced act must not happen, an outcome must not be reported. */
public final class AuditWriteFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    AuditWriteFailed(WriteFailure trouble) {
        super("cannot write the audit record: " + trouble.reason());
        this.hint = trouble.hint();
    }

    /** The next step for the user. */
    public String hint() {
        return hint;
    }
}
