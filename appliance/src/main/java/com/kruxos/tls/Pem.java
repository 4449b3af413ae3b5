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
    private static final byte[] KEY_HEADER = ascii("-----BEGIN PRIVATE KEY-----");
    private static final byte[] KEY_FOOTER = ascii("-----END PRIVATE KEY-----");
    private static final byte[] ANY_KEY_HEADER = ascii(" PRIVATE KEY-----");
    private static final String CERTIFICATE_LABEL = "CERTIFICATE-----";
    private static final String PKCS8_HINT = "openssl pkcs8 -topk8 -nodes -in OLD -out key.pem makes one of it";

    private Pem() {}

    /**
     * Every certificate in a file, at least one; text around them, such as names of issuers, is passed over.
     *
     * @throws InvalidTlsFile when one of them cannot be read
     */
    static List<X509Certificate> parseCertificates(String text) throws InvalidTlsFile {
        var found = new ArrayList<X509Certificate>();
        var from = text.indexOf("-----BEGIN " + CERTIFICATE_LABEL);
        while (from >= 0) {
            var start = from + "-----BEGIN ".length() + CERTIFICATE_LABEL.length();
            var end = text.indexOf("-----END " + CERTIFICATE_LABEL, start);
            found.add(parseCertificate(end < 0 ? null : decodeBase64(ascii(text.substring(start, end)))));
            from = text.indexOf("-----BEGIN " + CERTIFICATE_LABEL, end);
        }
        if (found.isEmpty()) {
            throw new InvalidTlsFile("holds no certificate", "put one there as PEM (BEGIN CERTIFICATE)");
        }
        return found;
    }

    private static X509Certificate parseCertificate(byte @Nullable [] der) throws InvalidTlsFile {
        try {
            if (der != null) {
                return (X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            }
        } catch (CertificateException e) {
            // Said below.
        }
        throw new InvalidTlsFile("holds a damaged certificate", "put it there again");
    }

    static String encodeCertificates(List<X509Certificate> certificates) {
        var text = new StringBuilder();
        for (var certificate : certificates) {
            try {
                text.append(new String(encode("CERTIFICATE", certificate.getEncoded()), StandardCharsets.US_ASCII));
            } catch (CertificateException e) {
                throw new IllegalStateException("cannot write a certificate that was read", e);
            }
        }
        return text.toString();
    }

    /** The caller wipes the answer. */
    static byte[] encode(String kind, byte[] der) {
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
     * @throws InvalidTlsFile when it is none
     */
    static PrivateKey parsePrivateKey(byte[] text, String algorithm) throws InvalidTlsFile {
        var from = indexOf(text, KEY_HEADER, 0);
        var to = from < 0 ? -1 : indexOf(text, KEY_FOOTER, from);
        if (to < 0) {
            throw indexOf(text, ANY_KEY_HEADER, 0) < 0
                    ? new InvalidTlsFile("holds no private key", PKCS8_HINT)
                    : new InvalidTlsFile("is not an unencrypted PKCS #8 key (BEGIN PRIVATE KEY)", PKCS8_HINT);
        }
        var body = Arrays.copyOfRange(text, from + KEY_HEADER.length, to);
        var der = decodeBase64(body);
        Arrays.fill(body, (byte) 0);
        try {
            if (der == null) {
                throw new InvalidTlsFile("is damaged", "put it there again");
            }
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            // Without the cause: what a parser says about a key it does not like may quote the key.
            throw new InvalidTlsFile("does not belong to the certificate", "put the two that belong together");
        } finally {
            if (der != null) {
                Arrays.fill(der, (byte) 0);
            }
        }
    }

    /**
     * The same text with blanks for its one key, fit to be read as certificates. The caller wipes the answer.
     *
     * @throws InvalidTlsFile when there is no such key, or more than one: then it must not be made a {@code String}
     */
    static byte[] blankKey(byte[] text) throws InvalidTlsFile {
        var from = indexOf(text, KEY_HEADER, 0);
        var to = from < 0 ? -1 : indexOf(text, KEY_FOOTER, from);
        var rest = text.clone();
        if (to >= 0) {
            Arrays.fill(rest, from, to + KEY_FOOTER.length, (byte) ' ');
        }
        if (to >= 0 && indexOf(rest, ANY_KEY_HEADER, 0) < 0) {
            return rest;
        }
        Arrays.fill(rest, (byte) 0);
        throw to < 0
                ? new InvalidTlsFile("holds no unencrypted PKCS #8 key (BEGIN PRIVATE KEY)", PKCS8_HINT)
                : new InvalidTlsFile("holds more than one key", "give the one that belongs to the certificate");
    }

    private static byte @Nullable [] decodeBase64(byte[] body) {
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
