package com.kruxos.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The trust anchors for outbound TLS: those of the JDK and those that the owner adds. */
public final class TrustStore {
    private static final int MAX_FILE_SIZE = 1 << 20;
    private static final int MAX_CERTIFICATES = 512;
    private static final String SETTING = "trusted_certificates: ";

    private TrustStore() {}

    /**
     * The JDK's trust anchors and the certificates of these files.
     *
     * @param files PEM, each with any number of certificates and at most 1 MiB; at most 512 certificates in all
     * @throws CannotUseCertificate when a file cannot be used; the message names it
     */
    public static KeyStore load(Collection<Path> files) {
        var certificates = new ArrayList<X509Certificate>();
        for (var file : files) {
            certificates.addAll(read(file));
        }
        if (certificates.size() > MAX_CERTIFICATES) {
            throw new CannotUseCertificate(
                    SETTING + "more than " + MAX_CERTIFICATES + " certificates", "list only the issuers you need");
        }
        try {
            certificates.addAll(defaultIssuers());
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (var certificate : certificates) {
                store.setCertificateEntry("c" + store.size(), certificate);
            }
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot build the trust store", e);
        }
    }

    private static List<X509Certificate> read(Path file) {
        try (var in = Files.newInputStream(file)) {
            var content = in.readNBytes(MAX_FILE_SIZE + 1);
            if (content.length > MAX_FILE_SIZE) {
                throw new CannotUseCertificate(
                        SETTING + file + " is larger than 1 MiB", "list only the issuers you need");
            }
            return Pem.parseCertificates(SETTING + file, content);
        } catch (IOException e) {
            throw new CannotUseCertificate(
                    SETTING + file + " cannot be read: " + e.getClass().getSimpleName(),
                    "list files with PEM certificates in kruxos.yaml, each readable by the user KruxOS runs as",
                    e);
        }
    }

    private static List<X509Certificate> defaultIssuers() throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        var issuers = new ArrayList<X509Certificate>();
        for (var manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                issuers.addAll(List.of(x509.getAcceptedIssuers()));
            }
        }
        return issuers;
    }
}
