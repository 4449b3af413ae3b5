package com.kruxos.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
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
 * The certificate of the HTTPS listeners, {@code certificate.pem} and {@code key.pem} in a folder. If neither file
 * exists, a self-signed certificate is created. The appliance renews a certificate it created, with the same key; a
 * certificate of the owner is used as it is. Safe for any thread.
 */
public final class ServerCertificate {
    /** Clients that no longer trust a replaced certificate see the new one after an hour, not at the JDK's 24. */
    private static final int SESSION_TIMEOUT_SECONDS = 3_600;

    private static final System.Logger LOG = System.getLogger("tls");

    private final CertificateFolder folder;
    private final SequencedSet<String> names;
    private final String hostName;
    private final InstantSource clock;
    private final ReloadableKeyManager keyManager;
    private final SSLContext sslContext;
    private volatile @Nullable ReloadFailure reloadFailure;

    /** The attributes of the files that {@link #keyManager} presents. Guarded by this. */
    private Map<Path, Map<String, Object>> loadedAttributes;

    /** Why the files in the folder are not the certificate that is presented. */
    public record ReloadFailure(String message, String hint) {}

    private ServerCertificate(
            CertificateFolder folder, SequencedSet<String> names, String hostName, InstantSource clock)
            throws IOException {
        this.folder = folder;
        this.names = names;
        this.hostName = hostName;
        this.clock = clock;
        createIfMissing();
        loadedAttributes = folder.readAttributes();
        keyManager = new ReloadableKeyManager(readFirst());
        sslContext = newContext(keyManager);
    }

    /**
     * Loads the certificate, or creates it.
     *
     * @param folder is created when it is missing; its parent must exist
     * @param names DNS names and addresses for the certificate, beside those of the local machine. A certificate
     *     created here is renewed when it lacks one of them.
     * @param hostName a further name for a certificate created here; a changed host name does not cause a renewal
     * @param user the id of the user that may own the key file, beside root
     * @throws CannotUseCertificate when the files cannot be used; they are left unchanged
     */
    public static ServerCertificate open(
            Path folder, Collection<String> names, String hostName, int user, InstantSource clock) {
        try {
            var certificate = new ServerCertificate(
                    new CertificateFolder(folder, user), CertificateNames.withLocalNames(names), hostName, clock);
            certificate.refresh();
            return certificate;
        } catch (IOException e) {
            throw new CannotUseCertificate(
                    folder + " cannot be used: " + e.getMessage(), "check owner, mode and free space of its disk", e);
        }
    }

    /** One context for all listeners; it always presents the current certificate. */
    public SSLContext sslContext() {
        return sslContext;
    }

    public CertificateInfo info() {
        var current = keyManager.current();
        var certificate = current.certificate();
        return new CertificateInfo(
                current.fingerprint(),
                List.copyOf(CertificateNames.of(certificate)),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                folder.certificate(),
                SelfSigned.isOurs(certificate),
                current.pem());
    }

    public Optional<ReloadFailure> reloadFailure() {
        return Optional.ofNullable(reloadFailure);
    }

    /**
     * Loads files that have changed and renews a certificate that is due. Called every few seconds; never throws for a
     * file that cannot be used: it stays in place, {@link #reloadFailure} says why, and the certificate loaded before
     * is still presented.
     */
    public synchronized void refresh() {
        try {
            createIfMissing();
            var attributes = folder.readAttributes();
            if (!attributes.equals(loadedAttributes)) {
                present(read(folder.certificate()), attributes);
            }
            renewIfDue();
        } catch (CannotUseCertificate e) {
            reportFailure(String.valueOf(e.getMessage()), e.hint());
        } catch (IOException e) {
            reportFailure(
                    "the certificate cannot be read or renewed: " + e.getMessage(),
                    "check owner, mode and free space of the tls folder");
        }
    }

    /**
     * Replaces key and certificate, in the folder and for the next handshake.
     *
     * @param pem the key and its certificates, the server's own first; the caller wipes it
     * @throws CannotUseCertificate when it is refused or cannot be written; nothing has changed then
     */
    public synchronized CertificateInfo replace(byte[] pem) {
        try {
            var source = "the given PEM text";
            var replacement = CertifiedKey.parse(source, pem, source, pem);
            replacement.requireValidAt(clock.instant());
            write(replacement, folder.readAttributes());
            present(replacement, folder.readAttributes());
            return info();
        } catch (IOException e) {
            throw new CannotUseCertificate(
                    "the certificate cannot be written: " + e.getMessage(), "check the free space of the disk", e);
        }
    }

    private void createIfMissing() throws IOException {
        var attributes = folder.readAttributes();
        if (folder.isEmpty()) {
            write(selfSigned(CertificateGenerator.generateKeyPair()), attributes);
        }
    }

    private void renewIfDue() throws IOException {
        var current = keyManager.current();
        var certificate = current.certificate();
        // In this order: isOurs verifies a signature.
        if (SelfSigned.isRenewalDue(certificate, names, clock.instant()) && SelfSigned.isOurs(certificate)) {
            var renewed = selfSigned(new KeyPair(certificate.getPublicKey(), current.key()));
            write(renewed, loadedAttributes);
            present(renewed, folder.readAttributes());
        }
    }

    private CertifiedKey selfSigned(KeyPair keys) {
        var all = new ArrayList<>(names);
        all.add(hostName);
        var certificate = CertificateGenerator.generate(keys, CertificateNames.withLocalNames(all), clock.instant());
        return CertifiedKey.selfSigned(keys.getPrivate(), certificate);
    }

    private void write(CertifiedKey certifiedKey, Map<Path, Map<String, Object>> expected) throws IOException {
        var der = certifiedKey.key().getEncoded();
        var pem = Pem.encode("PRIVATE KEY", der);
        try {
            folder.write(pem, certifiedKey.pem(), expected);
        } finally {
            Arrays.fill(der, (byte) 0);
            Arrays.fill(pem, (byte) 0);
        }
    }

    /** The files in the folder. A replacement that was interrupted after its key was in place is completed. */
    private CertifiedKey readFirst() throws IOException {
        try {
            return read(folder.certificate());
        } catch (CannotUseCertificate e) {
            if (!Files.exists(folder.certificateDraft())) {
                throw e;
            }
        }
        var completed = read(folder.certificateDraft());
        folder.completeReplacement();
        loadedAttributes = folder.readAttributes();
        return completed;
    }

    private CertifiedKey read(Path certificate) throws IOException {
        var chainPem = folder.readCertificate(certificate);
        var keyPem = folder.readKey();
        try {
            return CertifiedKey.parse(
                    certificate.toString(), chainPem, folder.key().toString(), keyPem);
        } finally {
            Arrays.fill(keyPem, (byte) 0);
        }
    }

    private void present(CertifiedKey next, Map<Path, Map<String, Object>> attributes) {
        keyManager.replace(next);
        loadedAttributes = attributes;
        reloadFailure = null;
        LOG.log(System.Logger.Level.INFO, "the certificate has changed: SHA-256 " + next.fingerprint());
    }

    private void reportFailure(String message, String hint) {
        var before = reloadFailure;
        reloadFailure = new ReloadFailure(message + "; the previous certificate is still in use", hint);
        if (!reloadFailure.equals(before)) {
            LOG.log(System.Logger.Level.WARNING, message);
        }
    }

    /** Client certificates are not requested; an empty list of trust managers keeps the JDK from loading its own. */
    private static SSLContext newContext(ReloadableKeyManager keyManager) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keyManager}, new TrustManager[0], null);
            context.getServerSessionContext().setSessionTimeout(SESSION_TIMEOUT_SECONDS);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }
}
