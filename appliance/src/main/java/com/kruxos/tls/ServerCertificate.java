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
    private static final int SESSION_SECONDS = 3_600;

    private static final System.Logger LOG = System.getLogger("tls");

    private final KeyFolder folder;
    private final SequencedSet<String> names;
    private final String hostName;
    private final InstantSource clock;
    private final Held held;
    private volatile @Nullable Trouble trouble;

    // Guarded by this.
    private @Nullable SSLContext context;
    private Map<Path, Map<String, Object>> seen;
    private Map<Path, Map<String, Object>> refused = Map.of();

    /** Why what lies there now is not what is shown. */
    public record Trouble(String what, String hint) {}

    private ServerCertificate(KeyFolder folder, SequencedSet<String> names, String hostName, InstantSource clock)
            throws Unusable, IOException {
        this.folder = folder;
        this.names = names;
        this.hostName = hostName;
        this.clock = clock;
        if (folder.isEmpty()) {
            fill();
        }
        seen = folder.stamp();
        held = new Held(first());
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
        var files = new KeyFolder(folder, user);
        try {
            return new ServerCertificate(files, Names.with(names), hostName, clock);
        } catch (Unusable e) {
            throw new CannotUseCertificate(String.valueOf(e.getMessage()), e.hint(), null);
        } catch (IOException e) {
            throw new CannotUseCertificate(
                    folder + " cannot be used: " + e.getMessage(), "check that it is ours, and the disk has room", e);
        }
    }

    /** For the doors, the same each time; it always shows the newest pair. Made when the first asks. */
    public synchronized SSLContext context() {
        var made = context;
        if (made == null) {
            made = context(held);
            context = made;
        }
        return made;
    }

    public Shown shown() {
        var pair = held.now();
        var certificate = pair.certificate();
        return new Shown(
                pair.fingerprint(),
                List.copyOf(Names.of(certificate)),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                folder.certificate(),
                SelfMade.is(certificate),
                pair.pem());
    }

    public Optional<Trouble> trouble() {
        return Optional.ofNullable(trouble);
    }

    /**
     * Takes what was put into the folder since the last look, and renews what is due. To be called every few seconds;
     * fails never: what cannot be used is left where it is, told in {@link #trouble}, and the old pair stays.
     */
    public synchronized void look() {
        try {
            if (folder.isEmpty()) {
                fill();
            }
            var now = folder.stamp();
            if (!now.equals(seen) && !now.equals(refused)) {
                refused = now;
                held.take(read());
                seen = now;
                trouble = null;
                LOG.log(System.Logger.Level.INFO, "another certificate is shown: SHA-256 " + shown().fingerprint());
            }
            renewIfDue();
        } catch (Unusable e) {
            keep(String.valueOf(e.getMessage()), e.hint());
        } catch (IOException e) {
            keep(folder.certificate() + " cannot be renewed: " + e.getMessage(), "check that the disk has room");
        }
    }

    /**
     * Shows another pair from the next handshake on, and keeps it in the folder.
     *
     * @param text the key and its certificates as PEM, the server's own first; the caller wipes it
     * @throws CannotUseCertificate when it is refused, and nothing has changed, or cannot be written
     */
    public synchronized Shown replace(byte[] text) {
        try {
            var pair = Given.pair(text, clock.instant());
            write(pair);
            held.take(pair);
            seen = folder.stamp();
            trouble = null;
            LOG.log(System.Logger.Level.INFO, "another certificate is shown: SHA-256 " + pair.fingerprint());
            return shown();
        } catch (Unusable e) {
            throw new CannotUseCertificate("what was given " + e.getMessage(), e.hint(), null);
        } catch (IOException e) {
            throw new CannotUseCertificate(
                    folder.certificate() + " cannot be written: " + e.getMessage(), "check that the disk has room", e);
        }
    }

    private void write(Pair pair) throws Unusable, IOException {
        var der = pair.key().getEncoded();
        var key = Pem.lines("PRIVATE KEY", der);
        try {
            folder.replace(key, pair.pem());
        } finally {
            Arrays.fill(der, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }

    private void keep(String what, String hint) {
        var before = trouble;
        trouble = new Trouble(what + "; the one before is still shown", hint);
        if (!trouble.equals(before)) {
            LOG.log(System.Logger.Level.WARNING, what);
        }
    }

    private synchronized void renewIfDue() {
        var old = held.now();
        // In this order: what is due is seen at once, who made it only by a signature.
        if (!SelfMade.due(old.certificate(), names, clock.instant()) || !SelfMade.is(old.certificate())) {
            return;
        }
        try {
            var made = Pair.of(old.key(), List.of(made(old.certificate().getPublicKey(), old.key())));
            if (folder.replaceCertificate(old.certificate(), made.pem())) {
                seen = folder.stamp();
                held.take(made);
                trouble = null;
                LOG.log(System.Logger.Level.INFO, "the certificate was renewed: SHA-256 " + made.fingerprint());
            }
        } catch (Unusable e) {
            throw new IllegalStateException("our own certificate is not accepted", e);
        } catch (IOException e) {
            keep(folder.certificate() + " cannot be renewed: " + e.getMessage(), "check that the disk has room");
        }
    }

    private void fill() throws IOException {
        var pair = Maker.key();
        var key = Pem.lines("PRIVATE KEY", pair.getPrivate().getEncoded());
        try {
            folder.fill(key, Pem.text(List.of(made(pair.getPublic(), pair.getPrivate()))));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private X509Certificate made(PublicKey shown, PrivateKey key) {
        var all = new ArrayList<>(names);
        all.add(hostName);
        return Maker.certificate(shown, key, Names.with(all), clock.instant());
    }

    /** What is there; a replacement that was cut short between its two files is ended first. */
    private Pair first() throws Unusable, IOException {
        try {
            return read(folder.certificate());
        } catch (Unusable e) {
            if (!Files.exists(folder.draft())) {
                throw e;
            }
        }
        var _ = read(folder.draft());
        folder.finish();
        return read();
    }

    private Pair read() throws Unusable, IOException {
        return read(folder.certificate());
    }

    private Pair read(Path certificate) throws Unusable, IOException {
        var shown = in(certificate, () -> KeyFolder.read(certificate));
        var chain = in(certificate, () -> Pem.certificates(shown));
        var text = in(folder.key(), folder::readKey);
        try {
            var key = in(folder.key(), () -> Pem.key(text, Pair.algorithm(chain.getFirst())));
            var print = KeyFolder.print(shown, text);
            if (folder.isKnown(print)) {
                return in(certificate, () -> Pair.known(key, chain));
            }
            var pair = in(certificate, () -> Pair.of(key, chain));
            folder.know(print);
            return pair;
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    private interface Reading<T> {
        T read() throws Unusable, IOException;
    }

    private static <T> T in(Path file, Reading<T> reading) throws Unusable, IOException {
        try {
            return reading.read();
        } catch (Unusable e) {
            throw new Unusable(file + " " + e.getMessage(), e.hint());
        }
    }

    /** Nobody is asked for a certificate here; without a trust manager of ours the JDK would load those of the web. */
    private static SSLContext context(Held held) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {held}, new TrustManager[0], null);
            context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }
}
