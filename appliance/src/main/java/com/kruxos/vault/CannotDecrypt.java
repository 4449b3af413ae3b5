package com.kruxos.vault;

/** A stored secret or space key did not open: the database was damaged or changed by somebody. Nothing was lent. */
public final class CannotDecrypt extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CannotDecrypt(String what, UnsealFailed reason) {
        super("cannot decrypt " + what + ": " + reason.getMessage(), reason);
    }

    /** What the person who runs this can do about it. */
    public String hint() {
        return "put the secret again, or restore a backup";
    }
}
