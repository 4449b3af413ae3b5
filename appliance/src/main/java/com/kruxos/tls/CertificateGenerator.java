package com.kruxos.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Creates a self-signed certificate that is not a certificate authority: who trusts it trusts this appliance and
 * nothing else. The only class here that uses Bouncy Castle, which takes 10 MiB and is loaded with it.
 */
final class CertificateGenerator {
    private CertificateGenerator() {}

    static KeyPair generateKeyPair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no P-256", e);
        }
    }

    static X509Certificate generate(KeyPair keys, Collection<String> names, Instant now) {
        try {
            var notBefore = now.minus(SelfSigned.CLOCK_SKEW);
            var builder = new JcaX509v3CertificateBuilder(
                    SelfSigned.NAME,
                    new BigInteger(127, new SecureRandom()).setBit(126),
                    Date.from(notBefore),
                    Date.from(notBefore.plus(SelfSigned.VALIDITY)),
                    SelfSigned.NAME,
                    keys.getPublic());
            var subjectNames =
                    names.stream().map(CertificateGenerator::toGeneralName).toArray(GeneralName[]::new);
            var keyId = new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(
                            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                    .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(subjectNames))
                    .addExtension(Extension.subjectKeyIdentifier, false, keyId);
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot create a certificate", e);
        }
    }

    private static GeneralName toGeneralName(String name) {
        try {
            var _ = InetAddress.ofLiteral(name);
            return new GeneralName(GeneralName.iPAddress, name);
        } catch (IllegalArgumentException e) {
            return new GeneralName(GeneralName.dNSName, name);
        }
    }
}
