package com.kruxos.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The folder with the two files, and a third that says that they were looked at: written whole or not at all, and the
 * key is looked at before it is trusted. Symbolic links are followed, as renewing programs use them, and what they lead
 * to is judged.
 */
final class CertificateFolder {
    private static final int MAX_FILE_SIZE = 256 << 10;
    private static final int GROUP_AND_OTHERS = 0077;
    private static final int FILE_TYPE_MASK = 0170000;
    private static final int REGULAR_FILE = 0100000;
    private static final String ATTRIBUTES = "unix:mode,uid,dev,ino,size,ctime";

    private static final System.Logger LOG = System.getLogger("tls");

    private final Path folder;
    private final int user;

    /** @param user whom the key may belong to, beside root */
    CertificateFolder(Path folder, int user) {
        this.folder = folder;
        this.user = user;
    }

    Path certificate() {
        return folder.resolve("certificate.pem");
    }

    Path key() {
        return folder.resolve("key.pem");
    }

    /** Says in one line what both files hold. */
    static String fingerprint(String certificate, byte[] key) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(key.length).flip());
            digest.update(key);
            digest.update(certificate.getBytes(StandardCharsets.ISO_8859_1));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Whether it was written down that a key and a certificate of this print belong together. */
    boolean isVerified(String print) {
        try {
            return Files.exists(verifiedMarker(), LinkOption.NOFOLLOW_LINKS)
                    && new String(readBounded(verifiedMarker()), StandardCharsets.ISO_8859_1).equals(print);
        } catch (IOException | InvalidTlsFile e) {
            return false;
        }
    }

    /** Writes it down, for the next start. Where that fails it is found out again. */
    void markVerified(String print) {
        var draft = folder.resolve("checked.new");
        try {
            Files.deleteIfExists(draft);
            write(draft, print.getBytes(StandardCharsets.US_ASCII));
            Files.move(draft, verifiedMarker(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot write " + verifiedMarker(), e);
        }
    }

    /** Beside the two files: the print of those that were last found to belong together. */
    private Path verifiedMarker() {
        return folder.resolve("checked");
    }

    /** Neither of the two is there. */
    boolean isEmpty() {
        return !Files.exists(certificate(), LinkOption.NOFOLLOW_LINKS)
                && !Files.exists(key(), LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes the folder with both files in it, at once: one without the other would be nobody's. */
    void create(byte[] key, String certificate) throws IOException {
        var draft = folder.resolveSibling(folder.getFileName() + ".new");
        Files.createDirectories(
                draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var making = new CertificateFolder(draft, user);
        Files.deleteIfExists(making.key());
        Files.deleteIfExists(making.certificate());
        write(making.key(), key);
        write(making.certificate(), certificate.getBytes(StandardCharsets.US_ASCII));
        syncFolder(draft);
        Files.deleteIfExists(verifiedMarker());
        // Fails, as it should, when somebody has put something into the folder in the meantime.
        Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
        syncFolder(Objects.requireNonNull(folder.toAbsolutePath().getParent()));
    }

    /** What the two files are now; another answer means that somebody has put something there. */
    Map<Path, Map<String, Object>> readAttributes() throws IOException {
        var stamp = new HashMap<Path, Map<String, Object>>();
        for (var file : List.of(certificate(), key())) {
            stamp.put(file, Files.exists(file) ? Files.readAttributes(file, ATTRIBUTES) : Map.of());
        }
        return stamp;
    }

    String readCertificate() throws InvalidTlsFile, IOException {
        return read(certificate());
    }

    /** A certificate file. */
    static String read(Path file) throws InvalidTlsFile, IOException {
        return new String(readBounded(file), StandardCharsets.ISO_8859_1);
    }

    /** The caller wipes the answer. */
    byte[] readKey() throws InvalidTlsFile, IOException {
        var real = resolve(key());
        var before = checkAccess(real);
        var content = readBounded(real);
        if (!before.equals(checkAccess(real))) {
            Arrays.fill(content, (byte) 0);
            throw new InvalidTlsFile("changed while it was read", "start again");
        }
        return content;
    }

    /**
     * Puts a new certificate in place of the one that was read, if it is that one still.
     *
     * @return whether it was
     */
    boolean replaceCertificate(X509Certificate was, String pem) throws InvalidTlsFile, IOException {
        var file = certificate();
        var draft = certificateDraft();
        try {
            Files.deleteIfExists(draft);
            write(draft, pem.getBytes(StandardCharsets.US_ASCII));
            if (Files.isSymbolicLink(file)
                    || !Pem.parseCertificates(readCertificate()).getFirst().equals(was)) {
                return false;
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            syncFolder(folder);
            return true;
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /**
     * Puts both in place of those that are there. A process that dies between the two leaves the new certificate beside
     * the new key: {@link #completeReplacement} goes on from there.
     *
     * @throws InvalidTlsFile when one of them is a link: what it leads to belongs to the program that made it
     */
    void replace(byte[] key, String certificate) throws InvalidTlsFile, IOException {
        for (var file : List.of(certificate(), key())) {
            if (Files.isSymbolicLink(file)) {
                throw new InvalidTlsFile(
                        file + " is a link", "let the program that made it renew what it leads to, or remove the link");
            }
        }
        var draftKey = folder.resolve("key.pem.new");
        try {
            Files.deleteIfExists(draftKey);
            Files.deleteIfExists(certificateDraft());
            write(draftKey, key);
            write(certificateDraft(), certificate.getBytes(StandardCharsets.US_ASCII));
            Files.setPosixFilePermissions(certificateDraft(), PosixFilePermissions.fromString("rw-r--r--"));
            syncFolder(folder);
            Files.move(draftKey, key(), StandardCopyOption.ATOMIC_MOVE);
            completeReplacement();
        } finally {
            Files.deleteIfExists(draftKey);
        }
    }

    /** A certificate that was about to be put in place. */
    Path certificateDraft() {
        return folder.resolve("certificate.pem.new");
    }

    /** Puts it there. */
    void completeReplacement() throws IOException {
        Files.move(certificateDraft(), certificate(), StandardCopyOption.ATOMIC_MOVE);
        syncFolder(folder);
    }

    private Map<String, Object> checkAccess(Path file) throws InvalidTlsFile, IOException {
        var seen = Files.readAttributes(file, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        var mode = attribute(seen, "mode");
        if ((mode & FILE_TYPE_MASK) != REGULAR_FILE) {
            throw new InvalidTlsFile("is not a regular file", "put a key file in its place");
        }
        if ((mode & GROUP_AND_OTHERS) != 0) {
            throw new InvalidTlsFile(
                    "can be reached by others than its owner: its mode is %04o".formatted(mode & 07777),
                    "chmod 600 " + file + "; if others may have read it, take a new key");
        }
        var owner = attribute(seen, "uid");
        if (owner != 0 && owner != user) {
            throw new InvalidTlsFile(
                    "belongs to user " + owner + ", neither root nor us", "chown it to the user we run as: " + user);
        }
        return seen;
    }

    private static Path resolve(Path file) throws InvalidTlsFile, IOException {
        try {
            return file.toRealPath();
        } catch (NoSuchFileException e) {
            throw missing();
        }
    }

    private static InvalidTlsFile missing() {
        return new InvalidTlsFile("is missing", "put it there, or move the other one away: then we make both");
    }

    private static byte[] readBounded(Path file) throws InvalidTlsFile, IOException {
        try (var in = Files.newInputStream(file)) {
            var content = in.readNBytes(MAX_FILE_SIZE + 1);
            if (content.length > MAX_FILE_SIZE) {
                throw new InvalidTlsFile(
                        "is larger than " + (MAX_FILE_SIZE >> 10) + " KiB", "put the right file there");
            }
            return content;
        } catch (NoSuchFileException e) {
            throw missing();
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        var onlyOurs = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (var out =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), onlyOurs)) {
            var from = ByteBuffer.wrap(content);
            while (from.hasRemaining()) {
                out.write(from);
            }
            out.force(true);
        }
    }

    private static void syncFolder(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static int attribute(Map<String, Object> seen, String name) {
        return (int) Objects.requireNonNull(seen.get(name));
    }
}
