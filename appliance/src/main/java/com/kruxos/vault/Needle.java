package com.kruxos.vault;

/**
 * One form of a secret to search for.
 *
 * <p>{@code bitsBefore} and {@code bitsAfter}: the base64 character beside it holds some bits of the secret too.
 * {@code unfolded}: to be looked for in the unfolded text, not in the exact one.
 */
final class Needle {
    final byte[] bytes;
    final boolean bitsBefore;
    final boolean bitsAfter;
    final boolean unfolded;

    Needle(byte[] bytes, boolean bitsBefore, boolean bitsAfter, boolean unfolded) {
        this.bytes = bytes;
        this.bitsBefore = bitsBefore;
        this.bitsAfter = bitsAfter;
        this.unfolded = unfolded;
    }

    /** The last eight bytes: secrets begin alike (ghp_, -----BEGIN) more often than they end alike. */
    long tail() {
        var tail = 0L;
        for (var at = bytes.length - Long.BYTES; at < bytes.length; at++) {
            tail = (tail << 8) | (bytes[at] & 0xFF);
        }
        return tail;
    }
}
