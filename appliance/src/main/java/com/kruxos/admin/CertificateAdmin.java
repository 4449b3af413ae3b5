package com.kruxos.admin;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.Details;
import com.kruxos.result.Result;
import com.kruxos.tls.CannotUseCertificate;
import com.kruxos.tls.CertificateInfo;
import com.kruxos.tls.ServerCertificate;

/** Replacing the certificate of the doors. */
public final class CertificateAdmin {
    private final AuditedActions actions;
    private final ServerCertificate certificate;

    CertificateAdmin(AuditedActions acts, ServerCertificate certificate) {
        this.actions = acts;
        this.certificate = certificate;
    }

    /** Shows another one from now on; {@code text} is it and its key as PEM, which the caller owns and wipes. */
    public Result<CertificateInfo> replace(AuditPrincipal who, byte[] text) {
        return actions.perform(
                AdminAction.of(who, "certificate.replace", "tls"),
                () -> {
                    try {
                        return Result.done(certificate.replace(text));
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
