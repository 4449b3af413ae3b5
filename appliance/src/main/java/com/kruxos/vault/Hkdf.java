package com.kruxos.vault;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;

/**
 * HKDF with SHA-256 (RFC 5869), for outputs of one block. Uses {@link Mac} instead of {@code javax.crypto.KDF}, which
 * copies the input key into key objects that cannot be wiped.
 */
final class Hkdf {
    private static final String HMAC = "HmacSHA256";

    private Hkdf() {}

    /** The pseudo-random key; the caller wipes it. */
    static byte[] extract(byte[] salt, byte[] inputKey) {
        return hmac(salt, inputKey);
    }

    /** The first 32 bytes of output for {@code info}; the caller wipes them. */
    static byte[] expand(byte[] pseudoRandomKey, byte[] info) {
        return hmac(pseudoRandomKey, new ContextEncoder().raw(info).u8(1).toByteArray());
    }

    private static byte[] hmac(byte[] key, byte[] message) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new TransientSecretKey(HMAC, key));
            var result = mac.doFinal(message);
            mac.init(TransientSecretKey.zeros(HMAC));
            return result;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + HMAC, e);
        }
    }
}
