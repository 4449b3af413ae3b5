package com.kruxos.vault;

/** A value was not kept: of the wrong size, or for a Space that is not there. Whatever the name held before stays. */
public final class RejectedSecretValue extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum RejectionReason {
        EMPTY("a secret cannot be empty", "delete it instead"),
        TOO_SHORT(
                "a value under 8 bytes cannot be told from ordinary text, so it could not be redacted from answers and logs",
                "use a longer value, or allow a short one and accept that it is not redacted"),
        TOO_LONG("a secret holds at most 64 KiB", "keep a key to the large thing here, and the large thing elsewhere"),
        UNKNOWN_SPACE("there is no such Space", "create the Space first");

        private final String message;
        private final String hint;

        RejectionReason(String text, String hint) {
            this.message = text;
            this.hint = hint;
        }
    }

    private final RejectionReason reason;

    RejectedSecretValue(SecretName name, RejectionReason reason) {
        super("cannot keep " + name + ": " + reason.message);
        this.reason = reason;
    }

    public RejectionReason reason() {
        return reason;
    }

    /** What the person who sent the value can do about it. */
    public String hint() {
        return reason.hint;
    }
}
