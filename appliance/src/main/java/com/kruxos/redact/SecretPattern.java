package com.kruxos.redact;

/**
 * One encoding of a secret, to be searched for.
 *
 * <p>{@code partialCharBefore} and {@code partialCharAfter}: the adjacent base64 character holds some bits of the
 * secret, too. {@code normalized}: searched for in the normalized text, not in the exact one.
 */
final class SecretPattern {
    final byte[] bytes;
    final boolean partialCharBefore;
    final boolean partialCharAfter;
    final boolean normalized;

    SecretPattern(byte[] bytes, boolean partialCharBefore, boolean partialCharAfter, boolean normalized) {
        this.bytes = bytes;
        this.partialCharBefore = partialCharBefore;
        this.partialCharAfter = partialCharAfter;
        this.normalized = normalized;
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
