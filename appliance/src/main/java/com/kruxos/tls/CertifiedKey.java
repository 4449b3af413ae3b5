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
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** A private key and its certificate chain. Not a record, because it holds a secret. */
final class CertifiedKey {
    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_CHAIN_LENGTH = 8;
    private static final byte[] TEST_MESSAGE = "kruxos".getBytes(StandardCharsets.US_ASCII);

    private final PrivateKey key;
    private final List<X509Certificate> chain;

    private CertifiedKey(PrivateKey key, List<X509Certificate> chain) {
        this.key = key;
        this.chain = List.copyOf(chain);
    }

    /**
     * Reads both from PEM, which may be one text with both, and checks that clients would accept them together.
     *
     * @param chainSource names the certificates in error messages
     * @param keySource names the key in error messages
     */
    static CertifiedKey parse(String chainSource, byte[] chainPem, String keySource, byte[] keyPem) {
        var chain = Pem.parseCertificates(chainSource, chainPem);
        var publicKey = chain.getFirst().getPublicKey();
        var certifiedKey = new CertifiedKey(Pem.parsePrivateKey(keySource, keyPem, publicKey.getAlgorithm()), chain);
        certifiedKey.check(chainSource, publicKey);
        return certifiedKey;
    }

    /** A key and a certificate that the appliance created for it. */
    static CertifiedKey selfSigned(PrivateKey key, X509Certificate certificate) {
        return new CertifiedKey(key, List.of(certificate));
    }

    private void check(String source, PublicKey publicKey) {
        if (chain.size() > MAX_CHAIN_LENGTH) {
            throw new CannotUseCertificate(
                    source + " holds more than " + MAX_CHAIN_LENGTH + " certificates",
                    "keep the server's certificate and those of its issuers");
        }
        if (publicKey instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
            throw new CannotUseCertificate(
                    source + " has an RSA key under " + MIN_RSA_BITS + " bits", "use RSA with 2048 bits or P-256");
        }
        if (!matches(key, publicKey, signatureAlgorithm(source, publicKey))) {
            throw new CannotUseCertificate(source + " does not belong to the key", "use a key and its own certificate");
        }
    }

    void requireValidAt(Instant now) {
        var notBefore = certificate().getNotBefore().toInstant();
        var notAfter = certificate().getNotAfter().toInstant();
        if (now.isBefore(notBefore) || !now.isBefore(notAfter)) {
            throw new CannotUseCertificate(
                    "the certificate is valid from " + notBefore.truncatedTo(ChronoUnit.SECONDS) + " to "
                            + notAfter.truncatedTo(ChronoUnit.SECONDS) + " only",
                    "use a certificate that is valid now, or correct the clock");
        }
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
            throw new IllegalStateException("cannot compute a fingerprint", e);
        }
    }

    String pem() {
        return Pem.encodeCertificates(chain);
    }

    private static boolean matches(PrivateKey key, PublicKey publicKey, String algorithm) {
        try {
            var signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(TEST_MESSAGE);
            var signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(TEST_MESSAGE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String signatureAlgorithm(String source, PublicKey key) {
        return switch (key) {
            case ECPublicKey _ -> "SHA256withECDSA";
            case RSAPublicKey _ -> "SHA256withRSA";
            default ->
                throw new CannotUseCertificate(
                        source + " has a key of the type " + key.getAlgorithm(), "use P-256, P-384 or RSA");
        };
    }
}
