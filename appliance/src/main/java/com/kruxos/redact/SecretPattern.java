package com.kruxos.redact;

/**
 * One form of a secret to search for.
 *
 * <p>{@code bitsBefore} and {@code bitsAfter}: the base64 character beside it holds some bits of the secret too.
 * {@code unfolded}: to be looked for in the unfolded text, not in the exact one.
 */
final class SecretPattern {
    final byte[] bytes;
    final boolean partialCharBefore;
    final boolean partialCharAfter;
    final boolean normalized;

    SecretPattern(byte[] bytes, boolean bitsBefore, boolean bitsAfter, boolean unfolded) {
        this.bytes = bytes;
        this.partialCharBefore = bitsBefore;
        this.partialCharAfter = bitsAfter;
        this.normalized = unfolded;
    }

    /** The last eight bytes: secrets begin alike (ghp_, -----BEGIN) more often than they end alike. */
    long suffix() {
        var tail = 0L;
        for (var at = bytes.length - Long.BYTES; at < bytes.length; at++) {
            tail = (tail << 8) | (bytes[at] & 0xFF);
        }
        return tail;
    }
}
