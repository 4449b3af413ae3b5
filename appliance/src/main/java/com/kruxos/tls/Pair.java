package com.kruxos.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** A key and the certificates that belong to it. Not a record: it holds a secret. */
final class Pair {
    private static final int SHORTEST_RSA = 2048;
    private static final int MOST = 8;
    private static final byte[] PROBE = "kruxos: do these two belong together?".getBytes(StandardCharsets.US_ASCII);

    private final PrivateKey key;
    private final List<X509Certificate> chain;

    private Pair(PrivateKey key, List<X509Certificate> chain) {
        this.key = key;
        this.chain = List.copyOf(chain);
    }

    /** @throws Unusable when they do not belong together, or a client would not take them */
    static Pair of(PrivateKey key, List<X509Certificate> chain) throws Unusable {
        var pair = known(key, chain);
        if (!belong(key, chain.getFirst().getPublicKey())) {
            throw new Unusable("does not belong to the key beside it", "put the two that belong together");
        }
        return pair;
    }

    /**
     * The same of two that are known to belong together: to find that out takes a signature, and a JVM that starts a
     * fifth of a second of its processors to learn how.
     */
    static Pair known(PrivateKey key, List<X509Certificate> chain) throws Unusable {
        if (chain.size() > MOST) {
            throw new Unusable(
                    "holds more than " + MOST + " certificates", "the server's own and its issuers are enough");
        }
        var shown = chain.getFirst().getPublicKey();
        if (shown instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < SHORTEST_RSA) {
            throw new Unusable("is for an RSA key that is too short", "use one of 2048 bits or more, or P-256");
        }
        return new Pair(key, chain);
    }

    /** The name by which {@link java.security.KeyFactory} knows the kind of key a certificate needs. */
    static String algorithm(X509Certificate certificate) {
        return certificate.getPublicKey().getAlgorithm();
    }

    PrivateKey key() {
        return key;
    }

    X509Certificate certificate() {
        return chain.getFirst();
    }

    List<X509Certificate> chain() {
        return chain;
    }

    String fingerprint() {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256").digest(certificate().getEncoded());
            return HexFormat.ofDelimiter(":").formatHex(digest).toUpperCase(Locale.ROOT);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot take a fingerprint", e);
        }
    }

    String pem() {
        return Pem.text(chain);
    }

    private static boolean belong(PrivateKey key, PublicKey shown) throws Unusable {
        try {
            var signature = Signature.getInstance(scheme(shown));
            signature.initSign(key);
            signature.update(PROBE);
            var signed = signature.sign();
            signature.initVerify(shown);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String scheme(PublicKey key) throws Unusable {
        if (key instanceof ECPublicKey) {
            return "SHA256withECDSA";
        }
        if (key instanceof RSAPublicKey) {
            return "SHA256withRSA";
        }
        throw new Unusable("is for a key of the kind " + key.getAlgorithm(), "use P-256, P-384 or RSA");
    }
}
