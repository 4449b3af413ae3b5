package com.kruxos.operator;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What every form carries to show that it came from a page of ours: the keyed hash of the cookie it is sent with.
 * Nobody else can make it, and there is nothing to remember. Safe for any thread.
 */
final class CsrfTokens {
    private static final String ALGORITHM = "HmacSHA256";

    /** Ends with the process, and so do all proofs. */
    private final SecretKeySpec key;

    CsrfTokens() {
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        key = new SecretKeySpec(bytes, ALGORITHM);
    }

    String tokenFor(String cookie) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(cookie.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }

    boolean isValid(String cookie, String shown) {
        return MessageDigest.isEqual(
                tokenFor(cookie).getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
    }
}
