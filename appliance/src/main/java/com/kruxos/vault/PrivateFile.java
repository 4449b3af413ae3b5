package com.kruxos.vault;

import com.kruxos.os.SystemInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Files with keys: written as a whole or not at all, and read only if no other user has access. */
final class PrivateFile {
    private static final int MAX_SIZE = 64 * 1024;
    private static final int GROUP_AND_OTHERS = 0077;
    private static final int SYSTEMD_CREDENTIAL_MODE = 0440;
    private static final int FILE_TYPE_MASK = 0170000;
    private static final int REGULAR_FILE = 0100000;

    private PrivateFile() {}

    /** Creates a folder with mode 0700 if it is missing. */
    static void createFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /**
     * Writes a new file with mode 0600 and syncs it. Creating a link, unlike a rename, fails if the file exists by now,
     * so that a key is never replaced.
     */
    static void writeNew(Path file, byte[] content) throws IOException {
        var draft = writeTemporary(file, content);
        try {
            Files.createLink(file, draft);
        } finally {
            Files.delete(draft);
        }
        syncFolder(file);
    }

    /** Replaces a file, mode 0600. A reader sees the old or the new content, never a part. */
    static void replace(Path file, byte[] content) throws IOException {
        Files.move(writeTemporary(file, content), file, StandardCopyOption.ATOMIC_MOVE);
        syncFolder(file);
    }

    /**
     * Reads a file that only root and the user of this process have access to. Symbolic links are followed, because
     * mounted secrets use them, and the target is checked.
     *
     * @throws UnsealFailed when it is not such a file
     */
    static byte[] read(Path file) throws UnsealFailed, IOException {
        var real = file.toRealPath();
        var before = checkAccess(real);
        var content = readBounded(real);
        if (!before.equals(checkAccess(real))) {
            Wipe.bytes(content);
            throw new UnsealFailed("it changed while it was read");
        }
        return content;
    }

    private static Map<String, Object> checkAccess(Path file) throws UnsealFailed, IOException {
        var seen = Files.readAttributes(file, "unix:mode,uid,gid,ino,ctime", LinkOption.NOFOLLOW_LINKS);
        var mode = attribute(seen, "mode");
        var owner = attribute(seen, "uid");
        if ((mode & FILE_TYPE_MASK) != REGULAR_FILE) {
            throw new UnsealFailed("it is not a regular file");
        }
        if ((mode & GROUP_AND_OTHERS & ~toleratedBits(mode & 07777, owner, attribute(seen, "gid"))) != 0) {
            throw new UnsealFailed("its mode is %04o: other users have access to it".formatted(mode & 07777));
        }
        if (owner != 0 && owner != SystemInfo.effectiveUserId()) {
            throw new UnsealFailed("it belongs to user " + owner + ", neither root nor the user KruxOS runs as");
        }
        return seen;
    }

    /**
     * A systemd credential belongs to root and group root with mode 0440: systemd gives the service access by an ACL,
     * whose mask appears as the group's permissions. Only root can create such a file, and only root is in that group.
     */
    private static int toleratedBits(int mode, int owner, int group) {
        return mode == SYSTEMD_CREDENTIAL_MODE && owner == 0 && group == 0 ? mode : 0;
    }

    private static int attribute(Map<String, Object> seen, String name) {
        return (int) Objects.requireNonNull(seen.get(name));
    }

    private static byte[] readBounded(Path file) throws UnsealFailed, IOException {
        var buffer = new byte[MAX_SIZE];
        try (var in = FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            var into = ByteBuffer.wrap(buffer);
            while (into.hasRemaining() && in.read(into) >= 0) {}
            if (!into.hasRemaining()) {
                throw new UnsealFailed("it is larger than 64 KiB");
            }
            return Arrays.copyOf(buffer, into.position());
        } finally {
            Wipe.bytes(buffer);
        }
    }

    private static Path writeTemporary(Path file, byte[] content) throws IOException {
        var draft = file.resolveSibling(
                file.getFileName() + ".new-" + HexFormat.of().formatHex(RandomBytes.generate(8)));
        var onlyOurs = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (var out =
                FileChannel.open(draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), onlyOurs)) {
            var from = ByteBuffer.wrap(content);
            while (from.hasRemaining()) {
                out.write(from);
            }
            out.force(true);
            return draft;
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw e;
        }
    }

    private static void syncFolder(Path file) throws IOException {
        try (var folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
