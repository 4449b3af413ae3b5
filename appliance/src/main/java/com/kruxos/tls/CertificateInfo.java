package com.kruxos.tls;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The certificate that is shown to whoever connects.
 *
 * @param fingerprint SHA-256 of its bytes as {@code AB:CD:…}, the form that browsers and openssl print
 * @param names the names and addresses it stands for, as it lists them
 * @param selfSigned whether we made it, and so renew it; one that was put there stays as it is
 * @param pem the file's text, the certificate itself first; nothing in it is secret
 */
public record CertificateInfo(
        String fingerprint,
        List<String> names,
        Instant notBefore,
        Instant notAfter,
        Path file,
        boolean selfSigned,
        String pem) {
    public CertificateInfo {
        names = List.copyOf(names);
    }
}
