package com.kruxos.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/** How we know a certificate we made, and when another should take its place. Knows nothing of making one. */
final class SelfSigned {
    /** Apple's clients take no more than 825 days, whoever signed; all others take more. */
    static final Duration VALIDITY = Duration.ofDays(820);

    /** Time to tell clients of the next one. */
    static final Duration RENEW_BEFORE_EXPIRY = Duration.ofDays(30);

    /** A clock that is a little behind ours must not find it in the future. */
    static final Duration CLOCK_SKEW = Duration.ofDays(1);

    /** How we know our own: nobody else names an issuer so, and its signature is by its own key. */
    static final X500Principal ISSUER = new X500Principal("CN=KruxOS, OU=self-made certificate");

    private SelfSigned() {}

    static boolean isOurs(X509Certificate certificate) {
        if (!certificate.getSubjectX500Principal().equals(ISSUER)
                || !certificate.getIssuerX500Principal().equals(ISSUER)) {
            return false;
        }
        try {
            certificate.verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Whether another should take its place: it ends soon, begins later, or lacks a name. */
    static boolean isRenewalDue(X509Certificate certificate, Set<String> names, Instant now) {
        return now.isAfter(certificate.getNotAfter().toInstant().minus(RENEW_BEFORE_EXPIRY))
                || now.isBefore(certificate.getNotBefore().toInstant())
                || !CertificateNames.of(certificate).containsAll(names);
    }
}
