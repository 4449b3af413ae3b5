package com.kruxos.identity;

import java.util.Arrays;

/**
 * The keyed hash under which a credential is stored and looked up. Comparison need not take constant time: without the
 * pepper an attacker cannot choose the hash.
 */
final class CredentialHash {
    private final byte[] bytes;

    CredentialHash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy. */
    byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CredentialHash hash && Arrays.equals(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
        return bytes[0] << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
    }

    @Override
    public String toString() {
        return "CredentialHash[hidden]";
    }
}
