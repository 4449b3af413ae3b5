package com.kruxos.cli.shim;

/** The gateway rejected the WebSocket handshake. */
public final class HandshakeRejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    HandshakeRejected(int status) {
        super("the gateway answered " + status);
        this.status = status;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** Whether a retry may succeed. */
    boolean isTransient() {
        return status == 429 || status >= 500;
    }
}
