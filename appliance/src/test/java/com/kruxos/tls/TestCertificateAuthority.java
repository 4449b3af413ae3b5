package com.kruxos.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A private certificate authority, as a company has one. */
public final class TestCertificateAuthority {
    private final KeyPair keys = CertificateGenerator.generateKeyPair();
    private final X500Principal name;
    private final X509Certificate certificate;

    public TestCertificateAuthority(String name, Instant now) {
        this.name = new X500Principal("CN=" + name);
        this.certificate = sign(this.name, keys, null, now);
    }

    public static KeyPair newKey() {
        return CertificateGenerator.generateKeyPair();
    }

    public X509Certificate certificate() {
        return certificate;
    }

    public X509Certificate certificate(KeyPair serverKeys, List<String> names, Instant now) {
        return sign(new X500Principal("CN=server"), serverKeys, names, now);
    }

    /** The context of a TLS server with a certificate for these names. */
    public SSLContext serverContext(List<String> names, Instant now) {
        try {
            var bundle = newBundle(names, now).getBytes(StandardCharsets.US_ASCII);
            var context = SSLContext.getInstance("TLS");
            var certifiedKey = CertifiedKey.parse("bundle", bundle, "bundle", bundle);
            context.init(new KeyManager[] {new ReloadableKeyManager(certifiedKey)}, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A new key, a certificate for these names and the certificate of the authority, in one PEM text. */
    public String newBundle(List<String> names, Instant now) {
        var key = newKey();
        return keyPem(key) + Pem.encodeCertificates(List.of(certificate(key, names, now), certificate));
    }

    static String keyPem(KeyPair key) {
        return new String(Pem.encode("PRIVATE KEY", key.getPrivate().getEncoded()), StandardCharsets.US_ASCII);
    }

    public String pem() {
        return Pem.encodeCertificates(List.of(certificate));
    }

    /** Writes the certificate of the authority to a file in this folder. */
    public Path writeTo(Path folder) throws IOException {
        return Files.writeString(folder.resolve("authority.pem"), pem(), StandardCharsets.US_ASCII);
    }

    static List<X509Certificate> parse(String pem) {
        return Pem.parseCertificates("test", pem.getBytes(StandardCharsets.US_ASCII));
    }

    /** The context of a TLS client that trusts only the first certificate of a PEM text. */
    public static SSLContext trustingContext(String pem) {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("trusted", parse(pem).getFirst());
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private X509Certificate sign(
            X500Principal subject, KeyPair subjectKeys, @Nullable List<String> names, Instant now) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.valueOf(now.toEpochMilli()),
                    Date.from(now.minus(Duration.ofDays(1))),
                    Date.from(now.plus(Duration.ofDays(90))),
                    subject,
                    subjectKeys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(names == null));
            if (names != null) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(names.stream()
                                .map(each -> new GeneralName(
                                        each.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName, each))
                                .toArray(GeneralName[]::new)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
