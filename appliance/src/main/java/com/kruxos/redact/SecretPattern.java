package com.kruxos.redact;

/**
 * One encoding of a secret, to be searched for.
 *
 * <p>{@code bitsBefore} and {@code bitsAfter}: the adjacent base64 character holds some bits of the secret, too.
 * {@code unfolded}: searched for in the normalized text, not in the exact one.
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

    /** The last eight bytes. Secrets share prefixes (ghp_, -----BEGIN) more often than suffixes. */
    long suffix() {
        var tail = 0L;
        for (var at = bytes.length - Long.BYTES; at < bytes.length; at++) {
            tail = (tail << 8) | (bytes[at] & 0xFF);
        }
        return tail;
    }
}
