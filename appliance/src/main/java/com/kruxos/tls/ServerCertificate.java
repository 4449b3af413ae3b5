package com.kruxos.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate of the doors, {@code certificate.pem} and {@code key.pem} in a folder. Where neither is there both
 * are made; what we made is renewed in time, with the same key; what somebody put there is used as it is. Safe for any
 * thread.
 */
public final class ServerCertificate {
    /** Whoever trusts a replaced certificate meets the new one within an hour, not at the end of a session's life. */
    private static final int SESSION_TIMEOUT_SECONDS = 3_600;

    private static final System.Logger LOG = System.getLogger("tls");

    private final CertificateFolder folder;
    private final SequencedSet<String> names;
    private final String hostName;
    private final InstantSource clock;
    private final ReloadableKeyManager keyManager;
    private volatile @Nullable ReloadFailure reloadFailure;

    // Guarded by this.
    private @Nullable SSLContext context;
    private Map<Path, Map<String, Object>> loadedAttributes;
    private Map<Path, Map<String, Object>> rejectedAttributes = Map.of();

    /** Why what lies there now is not what is shown. */
    public record ReloadFailure(String message, String hint) {}

    private ServerCertificate(
            CertificateFolder folder, SequencedSet<String> names, String hostName, InstantSource clock)
            throws InvalidTlsFile, IOException {
        this.folder = folder;
        this.names = names;
        this.hostName = hostName;
        this.clock = clock;
        if (folder.isEmpty()) {
            createFiles();
        }
        loadedAttributes = folder.readAttributes();
        keyManager = new ReloadableKeyManager(readFirst());
        renewIfDue();
    }

    /**
     * Loads what is there, or makes it.
     *
     * @param folder need not be there; its parent must be
     * @param names names and addresses it has to stand for, beside those of this machine: when a certificate of ours
     *     lacks one, another is made
     * @param hostName goes into a certificate we make; that the machine is called otherwise now is no reason for
     *     another
     * @param user whom the key file may belong to, beside root
     * @throws CannotUseCertificate when what is there cannot be used
     */
    public static ServerCertificate open(
            Path folder, Collection<String> names, String hostName, int user, InstantSource clock) {
        var files = new CertificateFolder(folder, user);
        try {
            return new ServerCertificate(files, CertificateNames.withLocalNames(names), hostName, clock);
        } catch (InvalidTlsFile e) {
            throw new CannotUseCertificate(String.valueOf(e.getMessage()), e.hint(), null);
        } catch (IOException e) {
            throw new CannotUseCertificate(
                    folder + " cannot be used: " + e.getMessage(), "check that it is ours, and the disk has room", e);
        }
    }

    /** For the doors, the same each time; it always shows the newest pair. Made when the first asks. */
    public synchronized SSLContext sslContext() {
        var made = context;
        if (made == null) {
            made = newContext(keyManager);
            context = made;
        }
        return made;
    }

    public CertificateInfo info() {
        var pair = keyManager.current();
        var certificate = pair.certificate();
        return new CertificateInfo(
                pair.fingerprint(),
                List.copyOf(CertificateNames.of(certificate)),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                folder.certificate(),
                SelfSigned.isOurs(certificate),
                pair.pem());
    }

    public Optional<ReloadFailure> reloadFailure() {
        return Optional.ofNullable(reloadFailure);
    }

    /**
     * Takes what was put into the folder since the last look, and renews what is due. To be called every few seconds;
     * fails never: what cannot be used is left where it is, told in {@link #reloadFailure}, and the old pair stays.
     */
    public synchronized void refresh() {
        try {
            if (folder.isEmpty()) {
                createFiles();
            }
            var now = folder.readAttributes();
            if (!now.equals(loadedAttributes) && !now.equals(rejectedAttributes)) {
                rejectedAttributes = now;
                keyManager.replace(read());
                loadedAttributes = now;
                reloadFailure = null;
                LOG.log(System.Logger.Level.INFO, "another certificate is shown: SHA-256 " + info().fingerprint());
            }
            renewIfDue();
        } catch (InvalidTlsFile e) {
            reportFailure(String.valueOf(e.getMessage()), e.hint());
        } catch (IOException e) {
            reportFailure(
                    folder.certificate() + " cannot be renewed: " + e.getMessage(), "check that the disk has room");
        }
    }

    /**
     * Shows another pair from the next handshake on, and keeps it in the folder.
     *
     * @param text the key and its certificates as PEM, the server's own first; the caller wipes it
     * @throws CannotUseCertificate when it is refused, and nothing has changed, or cannot be written
     */
    public synchronized CertificateInfo replace(byte[] text) {
        try {
            var pair = PemBundle.parse(text, clock.instant());
            write(pair);
            keyManager.replace(pair);
            loadedAttributes = folder.readAttributes();
            reloadFailure = null;
            LOG.log(System.Logger.Level.INFO, "another certificate is shown: SHA-256 " + pair.fingerprint());
            return info();
        } catch (InvalidTlsFile e) {
            throw new CannotUseCertificate("what was given " + e.getMessage(), e.hint(), null);
        } catch (IOException e) {
            throw new CannotUseCertificate(
                    folder.certificate() + " cannot be written: " + e.getMessage(), "check that the disk has room", e);
        }
    }

    private void write(CertifiedKey pair) throws InvalidTlsFile, IOException {
        var der = pair.key().getEncoded();
        var key = Pem.encode("PRIVATE KEY", der);
        try {
            folder.replace(key, pair.pem());
        } finally {
            Arrays.fill(der, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }

    private void reportFailure(String what, String hint) {
        var before = reloadFailure;
        reloadFailure = new ReloadFailure(what + "; the one before is still shown", hint);
        if (!reloadFailure.equals(before)) {
            LOG.log(System.Logger.Level.WARNING, what);
        }
    }

    private synchronized void renewIfDue() {
        var old = keyManager.current();
        // In this order: what is due is seen at once, who made it only by a signature.
        if (!SelfSigned.isRenewalDue(old.certificate(), names, clock.instant())
                || !SelfSigned.isOurs(old.certificate())) {
            return;
        }
        try {
            var made = CertifiedKey.of(
                    old.key(), List.of(generateCertificate(old.certificate().getPublicKey(), old.key())));
            if (folder.replaceCertificate(old.certificate(), made.pem())) {
                loadedAttributes = folder.readAttributes();
                keyManager.replace(made);
                reloadFailure = null;
                LOG.log(System.Logger.Level.INFO, "the certificate was renewed: SHA-256 " + made.fingerprint());
            }
        } catch (InvalidTlsFile e) {
            throw new IllegalStateException("our own certificate is not accepted", e);
        } catch (IOException e) {
            reportFailure(
                    folder.certificate() + " cannot be renewed: " + e.getMessage(), "check that the disk has room");
        }
    }

    private void createFiles() throws IOException {
        var pair = CertificateGenerator.generateKeyPair();
        var key = Pem.encode("PRIVATE KEY", pair.getPrivate().getEncoded());
        try {
            folder.create(
                    key, Pem.encodeCertificates(List.of(generateCertificate(pair.getPublic(), pair.getPrivate()))));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private X509Certificate generateCertificate(PublicKey shown, PrivateKey key) {
        var all = new ArrayList<>(names);
        all.add(hostName);
        return CertificateGenerator.generate(shown, key, CertificateNames.withLocalNames(all), clock.instant());
    }

    /** What is there; a replacement that was cut short between its two files is ended first. */
    private CertifiedKey readFirst() throws InvalidTlsFile, IOException {
        try {
            return read(folder.certificate());
        } catch (InvalidTlsFile e) {
            if (!Files.exists(folder.certificateDraft())) {
                throw e;
            }
        }
        var _ = read(folder.certificateDraft());
        folder.completeReplacement();
        return read();
    }

    private CertifiedKey read() throws InvalidTlsFile, IOException {
        return read(folder.certificate());
    }

    private CertifiedKey read(Path certificate) throws InvalidTlsFile, IOException {
        var shown = withFileName(certificate, () -> CertificateFolder.read(certificate));
        var chain = withFileName(certificate, () -> Pem.parseCertificates(shown));
        var text = withFileName(folder.key(), folder::readKey);
        try {
            var key = withFileName(
                    folder.key(), () -> Pem.parsePrivateKey(text, CertifiedKey.keyAlgorithm(chain.getFirst())));
            var print = CertificateFolder.fingerprint(shown, text);
            if (folder.isVerified(print)) {
                return withFileName(certificate, () -> CertifiedKey.ofVerified(key, chain));
            }
            var pair = withFileName(certificate, () -> CertifiedKey.of(key, chain));
            folder.markVerified(print);
            return pair;
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    private interface FileAction<T> {
        T run() throws InvalidTlsFile, IOException;
    }

    private static <T> T withFileName(Path file, FileAction<T> reading) throws InvalidTlsFile, IOException {
        try {
            return reading.run();
        } catch (InvalidTlsFile e) {
            throw new InvalidTlsFile(file + " " + e.getMessage(), e.hint());
        }
    }

    /** Nobody is asked for a certificate here; without a trust manager of ours the JDK would load those of the web. */
    private static SSLContext newContext(ReloadableKeyManager held) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {held}, new TrustManager[0], null);
            context.getServerSessionContext().setSessionTimeout(SESSION_TIMEOUT_SECONDS);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }
}
