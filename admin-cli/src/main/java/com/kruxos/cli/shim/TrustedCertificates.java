package com.kruxos.cli.shim;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Whose certificate a gateway may show. The files are read for each connection, since a certificate is renewed now and
 * then.
 *
 * @param exclusive the one file that counts, when the person named one
 * @param additional a file that counts as well as whom the JVM trusts; it need not be there
 */
public record TrustedCertificates(Optional<Path> exclusive, Optional<Path> additional) {
    private static final int MAX_BYTES = 1 << 20;

    /**
     * Makes sockets that check it.
     *
     * @throws IOException when the named file cannot be read, saying why
     */
    public SSLSocketFactory socketFactory() throws IOException {
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
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be used: " + e.getMessage(), e);
        }
    }

    private static void add(KeyStore store, Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var text = in.readNBytes(MAX_BYTES + 1);
            var found = text.length > MAX_BYTES
                    ? List.<java.security.cert.Certificate>of()
                    : CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(text));
            if (found.isEmpty()) {
                throw new IOException(file + " holds no certificate");
            }
            for (var certificate : found) {
                store.setCertificateEntry("c" + store.size(), certificate);
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " holds no certificate that can be read", e);
        }
    }

    private static void addDefaultIssuers(KeyStore store) throws GeneralSecurityException {
        var usual = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        usual.init((KeyStore) null);
        for (var manager : usual.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                for (var issuer : x509.getAcceptedIssuers()) {
                    store.setCertificateEntry("c" + store.size(), issuer);
                }
            }
        }
    }
}
