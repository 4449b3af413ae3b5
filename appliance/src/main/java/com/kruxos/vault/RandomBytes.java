package com.kruxos.vault;

import java.security.SecureRandom;

/** Random bytes for keys, salts and nonces. */
final class RandomBytes {
    /** 256 bits. */
    static final int KEY_SIZE = 32;

    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomBytes() {}

    static byte[] generate(int size) {
        var bytes = new byte[size];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
