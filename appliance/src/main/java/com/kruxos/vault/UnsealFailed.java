package com.kruxos.vault;

/** Sealed bytes did not open. Says what did not fit, never what was inside. */
final class UnsealFailed extends Exception {
    private static final long serialVersionUID = 1L;

    UnsealFailed(String reason) {
        super(reason);
    }
}
