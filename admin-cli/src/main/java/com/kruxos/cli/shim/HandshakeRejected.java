package com.kruxos.cli.shim;

/** The gateway answered the handshake with something else than a connection. */
public final class HandshakeRejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    HandshakeRejected(int status) {
        super("the gateway answered " + status);
        this.status = status;
    }

    /** As in HTTP. */
    public int status() {
        return status;
    }

    /** Whether a later try may end otherwise without anybody doing anything. */
    boolean isTransient() {
        return status == 429 || status >= 500;
    }
}
