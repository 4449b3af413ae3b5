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
public final class Trusted {
    private static final int LARGEST = 1 << 20;
    private static final int MOST = 512;

    private Trusted() {}

    /**
     * The JDK's issuers and those in these files.
     *
     * @param files PEM, with any number of certificates each; at most a megabyte each and 512 certificates together
     * @throws CannotUseCertificate when one cannot be read, naming it
     */
    public static KeyStore with(Collection<Path> files) {
        var all = new ArrayList<X509Certificate>();
        for (var file : files) {
            all.addAll(read(file));
            if (all.size() > MOST) {
                throw new CannotUseCertificate(
                        "trusted_certificates: more than " + MOST + " certificates", "list only those you need", null);
            }
        }
        try {
            all.addAll(usual());
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
            var content = in.readNBytes(LARGEST + 1);
            if (content.length > LARGEST) {
                throw new Unusable("is larger than " + (LARGEST >> 10) + " KiB", "list only those you need");
            }
            return Pem.certificates(new String(content, StandardCharsets.ISO_8859_1));
        } catch (Unusable e) {
            throw cannot(file + " " + e.getMessage(), null);
        } catch (IOException e) {
            throw cannot(file + " cannot be read: " + e.getClass().getSimpleName(), e);
        }
    }

    private static CannotUseCertificate cannot(String why, @Nullable Exception cause) {
        return new CannotUseCertificate(
                "trusted_certificates: " + why, "list files with certificates in PEM form in kruxos.yaml", cause);
    }

    private static List<X509Certificate> usual() throws GeneralSecurityException {
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
