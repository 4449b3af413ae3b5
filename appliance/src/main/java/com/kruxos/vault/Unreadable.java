package com.kruxos.vault;

/** Sealed bytes did not open. Says what did not fit, never what was inside. */
final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String reason) {
        super(reason);
    }
}
