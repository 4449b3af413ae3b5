package com.kruxos.identity;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The keyed hash of a credential: what is stored and looked up. Comparing it may take a time that depends on it,
 * because without the pepper nobody can steer it.
 */
final class CredentialHash {
    private final byte[] bytes;

    CredentialHash(byte[] bytes) {
        this.bytes = bytes;
    }

    static CredentialHash ofHex(String hex) {
        return new CredentialHash(HexFormat.of().parseHex(hex));
    }

    /** A copy. */
    byte[] bytes() {
        return bytes.clone();
    }

    String hex() {
        return HexFormat.of().formatHex(bytes);
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
        return "KeyHash[hidden]";
    }
}
