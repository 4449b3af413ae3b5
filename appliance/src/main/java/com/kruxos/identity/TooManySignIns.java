package com.kruxos.identity;

/** So many sign in at once that one more would wait for long: try again in a few seconds. */
public final class TooManySignIns extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManySignIns(Throwable cause) {
        super("too many passphrases are being looked at", cause);
    }
}
