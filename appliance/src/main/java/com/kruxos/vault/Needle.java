package com.kruxos.vault;

/**
 * One encoding of a secret, to be searched for.
 *
 * <p>{@code bitsBefore} and {@code bitsAfter}: the adjacent base64 character holds some bits of the secret, too.
 * {@code unfolded}: searched for in the normalized text, not in the exact one.
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

    /** The last eight bytes. Secrets share prefixes (ghp_, -----BEGIN) more often than suffixes. */
    long tail() {
        var tail = 0L;
        for (var at = bytes.length - Long.BYTES; at < bytes.length; at++) {
            tail = (tail << 8) | (bytes[at] & 0xFF);
        }
        return tail;
    }
}
