package com.kruxos.vault;

/**
 * A value was not stored: its size is invalid, or its Space does not exist. The previous value of the name is
 * unchanged.
 */
public final class RefusedValue extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public enum Reason {
        EMPTY("a secret cannot be empty", "delete it instead"),
        SHORT(
                "a value under 8 bytes cannot be redacted from results and logs, because it would match ordinary text",
                "use a longer value, or allow a short one, which is not redacted"),
        LONG("a secret has at most 64 KiB", "store a key here and the data encrypted with it elsewhere"),
        NO_SPACE("there is no such Space", "create the Space first");

        private final String text;
        private final String hint;

        Reason(String text, String hint) {
            this.text = text;
            this.hint = hint;
        }
    }

    private final Reason reason;

    RefusedValue(SecretName name, Reason reason) {
        super("cannot store " + name + ": " + reason.text);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** What the sender of the value can do about it. */
    public String hint() {
        return reason.hint;
    }
}
