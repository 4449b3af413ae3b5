package com.kruxos.vault;

/** Encrypted data or a key file is not valid. The message names the check that failed, never any content. */
final class UnsealFailed extends Exception {
    private static final long serialVersionUID = 1L;

    UnsealFailed(String reason) {
        super(reason);
    }
}
