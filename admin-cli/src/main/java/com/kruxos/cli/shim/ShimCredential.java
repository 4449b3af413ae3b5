package com.kruxos.cli.shim;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An agent's key or ticket for one connection. {@link #close} wipes it. */
public final class ShimCredential implements AutoCloseable {
    private static final int MAX_LENGTH = 512;

    private final byte[] text;

    private ShimCredential(byte[] text) {
        this.text = text;
    }

    /** Any text; {@link #isValidHeaderValue} tells whether it can be sent. */
    public static ShimCredential of(String text) {
        return new ShimCredential(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** A copy that cannot be wiped: the HTTP client takes header values as String. */
    String headerValue() {
        return new String(text, StandardCharsets.US_ASCII);
    }

    boolean isValidHeaderValue() {
        return headerValue().matches("[\\x21-\\x7e]{1," + MAX_LENGTH + "}");
    }

    @Override
    public void close() {
        Arrays.fill(text, (byte) 0);
    }
}
