package com.kruxos.vault;

import java.security.SecureRandom;

/** Random bytes for keys, salts and nonces. */
final class Keys {
    /** 256 bits. */
    static final int SIZE = 32;

    private static final SecureRandom RANDOM = new SecureRandom();

    private Keys() {}

    static byte[] random(int size) {
        var bytes = new byte[size];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
