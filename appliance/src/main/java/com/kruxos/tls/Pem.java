package com.kruxos.tls;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
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
import java.util.regex.Pattern;

/**
 * Certificates and PKCS #8 keys in PEM (RFC 7468). The JDK's own PEM API is a preview in Java 25, and Bouncy Castle's
 * reader makes a {@code String} of the key, which cannot be wiped.
 *
 * <p>{@code source} names the file or input in error messages.
 */
final class Pem {
    /** Group 1 is the label, group 2 the content; there is no group 2 when the end line is missing. */
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----(?:([^-]*+)-----END \\1-----)?");

    private static final byte[] DAMAGED = {};

    private Pem() {}

    /** All certificates of a text, at least one. Other blocks, and text between blocks, are ignored. */
    static List<X509Certificate> parseCertificates(String source, byte[] text) {
        var certificates = new ArrayList<X509Certificate>();
        try {
            var factory = CertificateFactory.getInstance("X.509");
            for (var der : blocks(text, "CERTIFICATE")) {
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
            }
        } catch (CertificateException e) {
            throw new CannotUseCertificate(source + " holds a damaged certificate", "copy the certificate again", e);
        }
        if (certificates.isEmpty()) {
            throw new CannotUseCertificate(source + " holds no certificate", "use PEM (BEGIN CERTIFICATE)");
        }
        return certificates;
    }

    /** The only key of a text, which must be PKCS #8 and not encrypted. */
    static PrivateKey parsePrivateKey(String source, byte[] text, String algorithm) {
        var keys = blocks(text, "PRIVATE KEY");
        try {
            if (keys.size() != 1) {
                throw new CannotUseCertificate(
                        source + " holds " + (keys.isEmpty() ? "no" : "more than one")
                                + " unencrypted PKCS #8 key (BEGIN PRIVATE KEY)",
                        "convert another format: openssl pkcs8 -topk8 -nodes -in OLD -out key.pem");
            }
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(keys.getFirst()));
        } catch (GeneralSecurityException e) {
            // Without the cause: the message of a parser may quote the key.
            throw new CannotUseCertificate(
                    source + " is damaged or does not belong to the certificate", "use a key and its own certificate");
        } finally {
            keys.forEach(key -> Arrays.fill(key, (byte) 0));
        }
    }

    static String encodeCertificates(List<X509Certificate> certificates) {
        var text = new StringBuilder();
        for (var certificate : certificates) {
            try {
                text.append(new String(encode("CERTIFICATE", certificate.getEncoded()), StandardCharsets.US_ASCII));
            } catch (CertificateException e) {
                throw new IllegalStateException("cannot encode a certificate that was parsed", e);
            }
        }
        return text.toString();
    }

    /** One block; the caller wipes it. */
    static byte[] encode(String label, byte[] der) {
        var header = ("-----BEGIN " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
        var footer = ("\n-----END " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
        var body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(der);
        var block = ByteBuffer.allocate(header.length + body.length + footer.length)
                .put(header)
                .put(body)
                .put(footer);
        Arrays.fill(body, (byte) 0);
        return block.array();
    }

    /** The decoded contents of all blocks with a label; the caller wipes those of keys. */
    private static List<byte[]> blocks(byte[] text, String label) {
        // A buffer and no String, because it may hold a key. One character is one byte, so that positions agree.
        var characters = StandardCharsets.ISO_8859_1.decode(ByteBuffer.wrap(text));
        var blocks = new ArrayList<byte[]>();
        var matcher = BLOCK.matcher(characters);
        while (matcher.find()) {
            if (matcher.group(1).equals(label)) {
                blocks.add(decode(text, matcher.start(2), matcher.end(2)));
            }
        }
        Arrays.fill(characters.array(), '\0');
        return blocks;
    }

    private static byte[] decode(byte[] text, int start, int end) {
        if (start < 0) {
            return DAMAGED;
        }
        var body = Arrays.copyOfRange(text, start, end);
        try {
            return Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            return DAMAGED;
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }
}
