package com.kruxos.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import org.jspecify.annotations.Nullable;

/** Whom we trust when we are the client: what the JDK trusts, and what the owner adds. */
public final class TrustStore {
    private static final int MAX_FILE_SIZE = 1 << 20;
    private static final int MAX_CERTIFICATES = 512;

    private TrustStore() {}

    /**
     * The JDK's issuers and those in these files.
     *
     * @param files PEM, with any number of certificates each; at most a megabyte each and 512 certificates together
     * @throws CannotUseCertificate when one cannot be read, naming it
     */
    public static KeyStore load(Collection<Path> files) {
        var all = new ArrayList<X509Certificate>();
        for (var file : files) {
            all.addAll(read(file));
            if (all.size() > MAX_CERTIFICATES) {
                throw new CannotUseCertificate(
                        "trusted_certificates: more than " + MAX_CERTIFICATES + " certificates",
                        "list only those you need",
                        null);
            }
        }
        try {
            all.addAll(defaultIssuers());
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (var certificate : all) {
                store.setCertificateEntry("c" + store.size(), certificate);
            }
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot collect whom we trust", e);
        }
    }

    private static List<X509Certificate> read(Path file) {
        try (var in = Files.newInputStream(file)) {
            var content = in.readNBytes(MAX_FILE_SIZE + 1);
            if (content.length > MAX_FILE_SIZE) {
                throw new InvalidTlsFile(
                        "is larger than " + (MAX_FILE_SIZE >> 10) + " KiB", "list only those you need");
            }
            return Pem.parseCertificates(new String(content, StandardCharsets.ISO_8859_1));
        } catch (InvalidTlsFile e) {
            throw failure(file + " " + e.getMessage(), null);
        } catch (IOException e) {
            throw failure(file + " cannot be read: " + e.getClass().getSimpleName(), e);
        }
    }

    private static CannotUseCertificate failure(String why, @Nullable Exception cause) {
        return new CannotUseCertificate(
                "trusted_certificates: " + why, "list files with certificates in PEM form in kruxos.yaml", cause);
    }

    private static List<X509Certificate> defaultIssuers() throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        var found = new ArrayList<X509Certificate>();
        for (var manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                found.addAll(List.of(x509.getAcceptedIssuers()));
            }
        }
        return found;
    }
}
