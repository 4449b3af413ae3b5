package com.kruxos.identity;

/** Too many passphrases are being hashed: try again in a few seconds. */
public final class TooManySignIns extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManySignIns(Throwable cause) {
        super("too many passphrases are being hashed", cause);
    }
}
