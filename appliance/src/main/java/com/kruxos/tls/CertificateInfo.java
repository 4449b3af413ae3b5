package com.kruxos.tls;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The certificate that is presented to clients.
 *
 * @param fingerprint SHA-256 of the DER encoding as {@code AB:CD:…}, as browsers and openssl print it
 * @param names the DNS names and addresses in its subject alternative name
 * @param selfSigned whether the appliance created it and therefore renews it
 * @param pem the chain, the server's own certificate first; nothing in it is secret
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
