package com.kruxos.audit;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keyed digests of arguments and results. Equal bytes have equal digests; without the key nobody can test guesses. Safe
 * for any thread.
 */
final class KeyedDigest {
    private static final String ALGORITHM = "HmacSHA256";

    /** Only cloned: cloning a keyed MAC is several times cheaper than keying a new one. */
    private final Mac keyedMac;

    KeyedDigest(byte[] key) {
        try {
            keyedMac = Mac.getInstance(ALGORITHM);
            keyedMac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    String of(byte[] bytes, int from, int to) {
        try {
            var mac = (Mac) keyedMac.clone();
            mac.update(bytes, from, to - from);
            return "hmac-sha256:" + HexFormat.of().formatHex(mac.doFinal());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's " + ALGORITHM + " can be cloned", e);
        }
    }
}
