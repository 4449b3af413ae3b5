package com.kruxos.admin;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.Details;
import com.kruxos.result.Result;
import com.kruxos.tls.CannotUseCertificate;
import com.kruxos.tls.CertificateInfo;
import com.kruxos.tls.ServerCertificate;

/** Replaces the TLS certificate of the listeners. */
public final class CertificateAdmin {
    private final AuditedActions actions;
    private final ServerCertificate certificate;

    CertificateAdmin(AuditedActions actions, ServerCertificate certificate) {
        this.actions = actions;
        this.certificate = certificate;
    }

    /** {@code pem} is the certificate chain and its key, which the caller owns and wipes. */
    public Result<CertificateInfo> replace(AuditPrincipal principal, byte[] pem) {
        return actions.perform(
                AdminAction.of(principal, "certificate.replace", "tls"),
                () -> {
                    try {
                        return Result.done(certificate.replace(pem));
                    } catch (CannotUseCertificate e) {
                        return Result.invalid(String.valueOf(e.getMessage()), e.hint());
                    }
                },
                shown -> Details.none()
                        .with("fingerprint", shown.fingerprint())
                        .with("names", shown.names())
                        .with("ends", shown.notAfter().toString()));
    }
}
