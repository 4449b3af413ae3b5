package com.kruxos.audit;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keyed digests of arguments and results: equal bytes give equal text, and nobody without the key can try guesses. Safe
 * for any thread.
 */
final class Digests {
    private static final String NAME = "HmacSHA256";

    /** Never used itself: cloning a keyed one is several times cheaper than keying a new one. */
    private final Mac keyed;

    Digests(byte[] key) {
        try {
            keyed = Mac.getInstance(NAME);
            keyed.init(new SecretKeySpec(key, NAME));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + NAME, e);
        }
    }

    String of(byte[] bytes, int from, int to) {
        try {
            var mac = (Mac) keyed.clone();
            mac.update(bytes, from, to - from);
            return "hmac-sha256:" + HexFormat.of().formatHex(mac.doFinal());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's " + NAME + " can be cloned", e);
        }
    }
}
