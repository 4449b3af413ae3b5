package com.kruxos.vault;

/**
 * A value was not stored: its size is invalid, or its Space does not exist. The previous value of the name is
 * unchanged.
 */
public final class RejectedSecretValue extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public enum RejectionReason {
        EMPTY("a secret cannot be empty", "delete it instead"),
        TOO_SHORT(
                "a value under 8 bytes cannot be redacted from results and logs, because it would match ordinary text",
                "use a longer value, or allow a short one, which is not redacted"),
        TOO_LONG("a secret has at most 64 KiB", "store a key here and the data encrypted with it elsewhere"),
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
        super("cannot store " + name + ": " + reason.message);
        this.reason = reason;
    }

    public RejectionReason reason() {
        return reason;
    }

    /** What the sender of the value can do about it. */
    public String hint() {
        return reason.hint;
    }
}
