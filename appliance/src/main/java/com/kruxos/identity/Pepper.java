package com.kruxos.identity;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA-256 under the appliance's pepper. Safe for any thread. */
final class Pepper {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int MIN_BYTES = 32;

    /** Initialised once, then only cloned: that makes it safe for all threads. */
    private final Mac keyedMac;

    Pepper(byte[] pepper) {
        if (pepper.length < MIN_BYTES) {
            throw new IllegalArgumentException("a pepper has at least " + MIN_BYTES + " bytes");
        }
        try {
            keyedMac = Mac.getInstance(ALGORITHM);
            keyedMac.init(new SecretKeySpec(pepper, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }

    CredentialHash hash(byte[] credential) {
        try {
            return new CredentialHash(((Mac) keyedMac.clone()).doFinal(credential));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("this Java's " + ALGORITHM + " cannot be cloned", e);
        }
    }
}
