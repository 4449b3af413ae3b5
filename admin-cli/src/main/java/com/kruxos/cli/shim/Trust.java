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
 * @param only the one file that counts, when the person named one
 * @param beside a file that counts as well as whom the JVM trusts; it need not be there
 */
public record Trust(Optional<Path> only, Optional<Path> beside) {
    private static final int LARGEST = 1 << 20;

    /**
     * Makes sockets that check it.
     *
     * @throws IOException when the named file cannot be read, saying why
     */
    public SSLSocketFactory sockets() throws IOException {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            if (only.isPresent()) {
                add(store, only.get());
            } else {
                if (beside.filter(Files::isReadable).isPresent()) {
                    add(store, beside.get());
                }
                addUsual(store);
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
            var text = in.readNBytes(LARGEST + 1);
            var found = text.length > LARGEST
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

    private static void addUsual(KeyStore store) throws GeneralSecurityException {
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
