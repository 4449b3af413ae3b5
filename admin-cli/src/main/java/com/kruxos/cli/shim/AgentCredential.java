package com.kruxos.cli.shim;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An agent's key or ticket, for one connection. Wiped by {@link #close}. */
public final class AgentCredential implements AutoCloseable {
    private final byte[] text;

    /** Takes the bytes over. */
    private AgentCredential(byte[] text) {
        this.text = text;
    }

    /** The text as it was given; what is no header's value counts as no key. */
    public static AgentCredential of(String text) {
        return new AgentCredential(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Live until close. */
    byte[] bytes() {
        return text;
    }

    /** Whether it can stand in a header at all. */
    boolean isValidHeaderValue() {
        for (var letter : text) {
            if (letter < 0x21 || letter > 0x7e) {
                return false;
            }
        }
        return text.length > 0 && text.length <= 512;
    }

    @Override
    public void close() {
        Arrays.fill(text, (byte) 0);
    }
}
