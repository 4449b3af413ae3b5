package com.kruxos.admin;

import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.Details;
import com.kruxos.result.Result;
import com.kruxos.tls.CannotUseCertificate;
import com.kruxos.tls.ServerCertificate;
import com.kruxos.tls.Shown;

/** Replacing the certificate of the doors. */
public final class CertificateAdmin {
    private final Acts acts;
    private final ServerCertificate certificate;

    CertificateAdmin(Acts acts, ServerCertificate certificate) {
        this.acts = acts;
        this.certificate = certificate;
    }

    /** Shows another one from now on; {@code text} is it and its key as PEM, which the caller owns and wipes. */
    public Result<Shown> replace(AuditPrincipal who, byte[] text) {
        return acts.perform(
                Act.of(who, "certificate.replace", "tls"),
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
                        .with("ends", shown.ends().toString()));
    }
}
