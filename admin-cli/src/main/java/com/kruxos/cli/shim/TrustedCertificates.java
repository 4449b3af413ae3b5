package com.kruxos.cli.shim;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The certificates that a gateway may present. The files are read for each connection, because certificates are
 * renewed.
 *
 * @param exclusive the only trusted file, when the user named one
 * @param additional a file that is trusted beside the JVM's issuers; it may be missing
 */
public record TrustedCertificates(Optional<Path> exclusive, Optional<Path> additional) {
    private static final int MAX_BYTES = 1 << 20;

    /** @throws IOException with the reason when the named file cannot be read */
    SSLContext sslContext() throws IOException {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            if (exclusive.isPresent()) {
                add(store, exclusive.get());
            } else {
                if (additional.filter(Files::isReadable).isPresent()) {
                    add(store, additional.get());
                }
                addDefaultIssuers(store);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be used: " + e.getMessage(), e);
        }
    }

    private static void add(KeyStore store, Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var text = in.readNBytes(MAX_BYTES + 1);
            if (text.length > MAX_BYTES) {
                throw new IOException(file + " is larger than 1 MiB");
            }
            var found = CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(text));
            if (found.isEmpty()) {
                throw new IOException(file + " contains no certificate");
            }
            for (var certificate : found) {
                store.setCertificateEntry("c" + store.size(), certificate);
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " contains no readable certificate", e);
        }
    }

    private static void addDefaultIssuers(KeyStore store) throws GeneralSecurityException {
        var defaults = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        defaults.init((KeyStore) null);
        for (var manager : defaults.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                for (var issuer : x509.getAcceptedIssuers()) {
                    store.setCertificateEntry("c" + store.size(), issuer);
                }
            }
        }
    }
}
