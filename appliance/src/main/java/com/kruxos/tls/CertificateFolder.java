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
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The folder with {@code certificate.pem} and {@code key.pem}. A file is replaced as a whole, by renaming a synced
 * draft. Symbolic links are followed when reading, as ACME clients use them, and never replaced.
 */
final class CertificateFolder {
    private static final int MAX_FILE_SIZE = 256 << 10;
    private static final int GROUP_AND_OTHERS = 0077;
    private static final String ATTRIBUTES = "unix:mode,uid,dev,ino,size,ctime";

    private final Path folder;
    private final int user;

    /** @param user the id of the user that may own the key, beside root */
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

    /** The certificate of a replacement, until its key is in place. */
    Path certificateDraft() {
        return folder.resolve("certificate.pem.new");
    }

    private Path keyDraft() {
        return folder.resolve("key.pem.new");
    }

    boolean isEmpty() {
        return !Files.exists(certificate(), LinkOption.NOFOLLOW_LINKS)
                && !Files.exists(key(), LinkOption.NOFOLLOW_LINKS);
    }

    /** Identity, size and change time of both files, of what links lead to: different after each change. */
    Map<Path, Map<String, Object>> readAttributes() throws IOException {
        var attributes = new HashMap<Path, Map<String, Object>>();
        for (var file : List.of(certificate(), key())) {
            attributes.put(file, Files.exists(file) ? Files.readAttributes(file, ATTRIBUTES) : Map.of());
        }
        return attributes;
    }

    byte[] readCertificate(Path file) throws IOException {
        return readBounded(file);
    }

    /** The key file, which only its owner may have access to; the caller wipes it. */
    byte[] readKey() throws IOException {
        requirePrivate(key());
        return readBounded(key());
    }

    /**
     * Replaces both files. A process that dies between the two renames leaves the new key with the new certificate
     * still in {@link #certificateDraft}; {@link #completeReplacement} then ends the replacement.
     *
     * @param expected the attributes of the files that are replaced
     * @throws CannotUseCertificate when another program has changed them, or manages them by a link
     */
    void write(byte[] key, String certificate, Map<Path, Map<String, Object>> expected) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder, permissions("rwx------"));
            sync(Objects.requireNonNull(folder.toAbsolutePath().getParent()));
        }
        try {
            writeDraft(keyDraft(), key);
            writeDraft(certificateDraft(), certificate.getBytes(StandardCharsets.US_ASCII));
            sync(folder);
            requireReplaceable(expected);
            Files.move(keyDraft(), key(), StandardCopyOption.ATOMIC_MOVE);
            completeReplacement();
        } finally {
            if (Files.deleteIfExists(keyDraft())) {
                Files.deleteIfExists(certificateDraft());
            }
        }
    }

    void completeReplacement() throws IOException {
        Files.setPosixFilePermissions(certificateDraft(), PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(certificateDraft(), certificate(), StandardCopyOption.ATOMIC_MOVE);
        sync(folder);
    }

    private void requireReplaceable(Map<Path, Map<String, Object>> expected) throws IOException {
        if (Files.isSymbolicLink(certificate()) || Files.isSymbolicLink(key())) {
            throw new CannotUseCertificate(
                    "a file in " + folder + " is a symbolic link",
                    "let the program that manages the link replace its target, or remove the link");
        }
        if (!readAttributes().equals(expected)) {
            throw new CannotUseCertificate("another program has just changed a file in " + folder, "try again");
        }
    }

    private void requirePrivate(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw missing(file);
        }
        if (!Files.isRegularFile(file)) {
            throw new CannotUseCertificate(file + " is not a regular file", "replace it with a key file");
        }
        var mode = (int) Files.getAttribute(file, "unix:mode") & 07777;
        if ((mode & GROUP_AND_OTHERS) != 0) {
            throw new CannotUseCertificate(
                    file + " is accessible to other users: its mode is %04o".formatted(mode),
                    "chmod 600 " + file + "; if others may have read it, use a new key");
        }
        var owner = (int) Files.getAttribute(file, "unix:uid");
        if (owner != 0 && owner != user) {
            throw new CannotUseCertificate(
                    file + " belongs to user " + owner + ", neither root nor the user KruxOS runs as",
                    "chown " + user + " " + file);
        }
    }

    private static byte[] readBounded(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var content = in.readNBytes(MAX_FILE_SIZE + 1);
            if (content.length > MAX_FILE_SIZE) {
                throw new CannotUseCertificate(
                        file + " is larger than " + (MAX_FILE_SIZE >> 10) + " KiB", "check that it is the right file");
            }
            return content;
        } catch (NoSuchFileException e) {
            throw missing(file);
        }
    }

    private static CannotUseCertificate missing(Path file) {
        return new CannotUseCertificate(
                file + " is missing", "put it there, or move the other file away to have both created");
    }

    private static void writeDraft(Path draft, byte[] content) throws IOException {
        Files.deleteIfExists(draft);
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var out = FileChannel.open(draft, options, permissions("rw-------"))) {
            var buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
            out.force(true);
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> permissions(String text) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
    }

    private static void sync(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
