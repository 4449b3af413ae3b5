package com.kruxos.vault;

/** A stored secret or space key cannot be decrypted, because the database was damaged or tampered with. */
public final class CannotDecrypt extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CannotDecrypt(String what, UnsealFailed reason) {
        super("cannot decrypt " + what + ": " + reason.getMessage(), reason);
    }

    /** What the administrator can do about it. */
    public String hint() {
        return "store the secret again with `kruxos secret put`, or restore a backup";
    }
}
