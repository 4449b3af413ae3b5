package com.kruxos.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/** Recognizes a certificate that the appliance created, and decides when it is renewed. */
final class SelfSigned {
    /** Apple's clients accept at most 825 days; other clients accept more. */
    static final Duration VALIDITY = Duration.ofDays(820);

    /** Leaves time to distribute the next certificate to clients. */
    static final Duration RENEW_BEFORE_EXPIRY = Duration.ofDays(30);

    /** A new certificate is valid for clients whose clock is behind by up to this much. */
    static final Duration CLOCK_SKEW = Duration.ofDays(1);

    /** Subject and issuer. Changing it would make certificates of earlier versions look like the owner's. */
    static final X500Principal NAME = new X500Principal("CN=KruxOS, OU=self-made certificate");

    private SelfSigned() {}

    static boolean isOurs(X509Certificate certificate) {
        if (!certificate.getSubjectX500Principal().equals(NAME)
                || !certificate.getIssuerX500Principal().equals(NAME)) {
            return false;
        }
        try {
            certificate.verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Whether it expires soon, is not valid yet, or lacks one of the names. */
    static boolean isRenewalDue(X509Certificate certificate, Set<String> names, Instant now) {
        return now.isAfter(certificate.getNotAfter().toInstant().minus(RENEW_BEFORE_EXPIRY))
                || now.isBefore(certificate.getNotBefore().toInstant())
                || !CertificateNames.of(certificate).containsAll(names);
    }
}
