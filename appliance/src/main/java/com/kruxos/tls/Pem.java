package com.kruxos.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Certificates and keys as text between lines of dashes. Only what this appliance writes or reads, and strictly. */
final class Pem {
    private static final byte[] KEY_BEGINS = ascii("-----BEGIN PRIVATE KEY-----");
    private static final byte[] KEY_ENDS = ascii("-----END PRIVATE KEY-----");
    private static final byte[] OTHER_KEY = ascii(" PRIVATE KEY-----");
    private static final String CERTIFICATE = "CERTIFICATE-----";
    private static final String HINT = "openssl pkcs8 -topk8 -nodes -in OLD -out key.pem makes one of it";

    private Pem() {}

    /**
     * Every certificate in a file, at least one; text around them, such as names of issuers, is passed over.
     *
     * @throws Unusable when one of them cannot be read
     */
    static List<X509Certificate> certificates(String text) throws Unusable {
        var found = new ArrayList<X509Certificate>();
        var from = text.indexOf("-----BEGIN " + CERTIFICATE);
        while (from >= 0) {
            var start = from + "-----BEGIN ".length() + CERTIFICATE.length();
            var end = text.indexOf("-----END " + CERTIFICATE, start);
            found.add(certificate(end < 0 ? null : decoded(ascii(text.substring(start, end)))));
            from = text.indexOf("-----BEGIN " + CERTIFICATE, end);
        }
        if (found.isEmpty()) {
            throw new Unusable("holds no certificate", "put one there as PEM (BEGIN CERTIFICATE)");
        }
        return found;
    }

    private static X509Certificate certificate(byte @Nullable [] der) throws Unusable {
        try {
            if (der != null) {
                return (X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            }
        } catch (CertificateException e) {
            // Said below.
        }
        throw new Unusable("holds a damaged certificate", "put it there again");
    }

    static String text(List<X509Certificate> certificates) {
        var text = new StringBuilder();
        for (var certificate : certificates) {
            try {
                text.append(new String(lines("CERTIFICATE", certificate.getEncoded()), StandardCharsets.US_ASCII));
            } catch (CertificateException e) {
                throw new IllegalStateException("cannot write a certificate that was read", e);
            }
        }
        return text.toString();
    }

    /** The caller wipes the answer. */
    static byte[] lines(String kind, byte[] der) {
        var body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(der);
        var head = ascii("-----BEGIN " + kind + "-----\n");
        var tail = ascii("\n-----END " + kind + "-----\n");
        var whole = Arrays.copyOf(head, head.length + body.length + tail.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        System.arraycopy(tail, 0, whole, head.length + body.length, tail.length);
        Arrays.fill(body, (byte) 0);
        return whole;
    }

    /**
     * The one key in a file, which must be PKCS #8 and not encrypted. The text is neither kept nor quoted.
     *
     * @throws Unusable when it is none
     */
    static PrivateKey key(byte[] text, String algorithm) throws Unusable {
        var from = indexOf(text, KEY_BEGINS, 0);
        var to = from < 0 ? -1 : indexOf(text, KEY_ENDS, from);
        if (to < 0) {
            throw indexOf(text, OTHER_KEY, 0) < 0
                    ? new Unusable("holds no private key", HINT)
                    : new Unusable("is not an unencrypted PKCS #8 key (BEGIN PRIVATE KEY)", HINT);
        }
        var body = Arrays.copyOfRange(text, from + KEY_BEGINS.length, to);
        var der = decoded(body);
        Arrays.fill(body, (byte) 0);
        try {
            if (der == null) {
                throw new Unusable("is damaged", "put it there again");
            }
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            // Without the cause: what a parser says about a key it does not like may quote the key.
            throw new Unusable("does not belong to the certificate", "put the two that belong together");
        } finally {
            if (der != null) {
                Arrays.fill(der, (byte) 0);
            }
        }
    }

    /**
     * The same text with blanks for its one key, fit to be read as certificates. The caller wipes the answer.
     *
     * @throws Unusable when there is no such key, or more than one: then it must not be made a {@code String}
     */
    static byte[] withoutKey(byte[] text) throws Unusable {
        var from = indexOf(text, KEY_BEGINS, 0);
        var to = from < 0 ? -1 : indexOf(text, KEY_ENDS, from);
        var rest = text.clone();
        if (to >= 0) {
            Arrays.fill(rest, from, to + KEY_ENDS.length, (byte) ' ');
        }
        if (to >= 0 && indexOf(rest, OTHER_KEY, 0) < 0) {
            return rest;
        }
        Arrays.fill(rest, (byte) 0);
        throw to < 0
                ? new Unusable("holds no unencrypted PKCS #8 key (BEGIN PRIVATE KEY)", HINT)
                : new Unusable("holds more than one key", "give the one that belongs to the certificate");
    }

    private static byte @Nullable [] decoded(byte[] body) {
        try {
            return Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static int indexOf(byte[] text, byte[] wanted, int from) {
        for (var at = from; at <= text.length - wanted.length; at++) {
            if (Arrays.equals(text, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
