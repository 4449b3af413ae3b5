package com.kruxos.vault;

/** A value was not kept: of the wrong size, or for a Space that is not there. Whatever the name held before stays. */
public final class RefusedValue extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        EMPTY("a secret cannot be empty", "delete it instead"),
        SHORT(
                "a value under 8 bytes cannot be told from ordinary text, so it could not be redacted from answers and logs",
                "use a longer value, or allow a short one and accept that it is not redacted"),
        LONG("a secret holds at most 64 KiB", "keep a key to the large thing here, and the large thing elsewhere"),
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
        super("cannot keep " + name + ": " + reason.text);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** What the person who sent the value can do about it. */
    public String hint() {
        return reason.hint;
    }
}
