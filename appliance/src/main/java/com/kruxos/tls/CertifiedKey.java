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
final class CertifiedKey {
    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_CHAIN_LENGTH = 8;
    private static final byte[] TEST_MESSAGE =
            "kruxos: do these two belong together?".getBytes(StandardCharsets.US_ASCII);

    private final PrivateKey key;
    private final List<X509Certificate> chain;

    private CertifiedKey(PrivateKey key, List<X509Certificate> chain) {
        this.key = key;
        this.chain = List.copyOf(chain);
    }

    /** @throws InvalidTlsFile when they do not belong together, or a client would not take them */
    static CertifiedKey of(PrivateKey key, List<X509Certificate> chain) throws InvalidTlsFile {
        var pair = ofVerified(key, chain);
        if (!matches(key, chain.getFirst().getPublicKey())) {
            throw new InvalidTlsFile("does not belong to the key beside it", "put the two that belong together");
        }
        return pair;
    }

    /**
     * The same of two that are known to belong together: to find that out takes a signature, and a JVM that starts a
     * fifth of a second of its processors to learn how.
     */
    static CertifiedKey ofVerified(PrivateKey key, List<X509Certificate> chain) throws InvalidTlsFile {
        if (chain.size() > MAX_CHAIN_LENGTH) {
            throw new InvalidTlsFile(
                    "holds more than " + MAX_CHAIN_LENGTH + " certificates",
                    "the server's own and its issuers are enough");
        }
        var shown = chain.getFirst().getPublicKey();
        if (shown instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
            throw new InvalidTlsFile("is for an RSA key that is too short", "use one of 2048 bits or more, or P-256");
        }
        return new CertifiedKey(key, chain);
    }

    /** The name by which {@link java.security.KeyFactory} knows the kind of key a certificate needs. */
    static String keyAlgorithm(X509Certificate certificate) {
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
        return Pem.encodeCertificates(chain);
    }

    private static boolean matches(PrivateKey key, PublicKey shown) throws InvalidTlsFile {
        try {
            var signature = Signature.getInstance(signatureAlgorithm(shown));
            signature.initSign(key);
            signature.update(TEST_MESSAGE);
            var signed = signature.sign();
            signature.initVerify(shown);
            signature.update(TEST_MESSAGE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String signatureAlgorithm(PublicKey key) throws InvalidTlsFile {
        if (key instanceof ECPublicKey) {
            return "SHA256withECDSA";
        }
        if (key instanceof RSAPublicKey) {
            return "SHA256withRSA";
        }
        throw new InvalidTlsFile("is for a key of the kind " + key.getAlgorithm(), "use P-256, P-384 or RSA");
    }
}
