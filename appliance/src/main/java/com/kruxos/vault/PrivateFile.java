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

/** Files only we may read: written whole or not at all, and looked at before they are trusted. */
final class PrivateFile {
    private static final int LARGEST = 64 * 1024;
    private static final int GROUP_AND_OTHERS = 0077;
    private static final int HANDED_OVER = 0440;
    private static final int FORMAT = 0170000;
    private static final int REGULAR = 0100000;

    private PrivateFile() {}

    /** Makes a folder 0700, unless it is there. */
    static void folder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /**
     * Writes a new file, 0600, on disk when this returns. A link, unlike a rename, fails when somebody else made the
     * file in the meantime: an existing key is never replaced.
     */
    static void writeNew(Path file, byte[] content) throws IOException {
        var draft = draft(file, content);
        try {
            Files.createLink(file, draft);
        } finally {
            Files.delete(draft);
        }
        sync(file);
    }

    /** Writes a file, 0600, over an older one: a reader sees the old or the new, never a part. */
    static void replace(Path file, byte[] content) throws IOException {
        Files.move(draft(file, content), file, StandardCopyOption.ATOMIC_MOVE);
        sync(file);
    }

    /**
     * The content of a file that nobody but root, and whom root let in, and we can have read or written. Symbolic links
     * are followed, as mounted secrets need, and what they lead to is judged.
     *
     * @throws Unreadable when it is not such a file; says why
     */
    static byte[] read(Path file) throws Unreadable, IOException {
        var real = file.toRealPath();
        var before = judge(real);
        var content = readBounded(real);
        if (!before.equals(judge(real))) {
            Wipe.bytes(content);
            throw new Unreadable("it changed while it was read");
        }
        return content;
    }

    private static Map<String, Object> judge(Path file) throws Unreadable, IOException {
        var seen = Files.readAttributes(file, "unix:mode,uid,gid,ino,ctime", LinkOption.NOFOLLOW_LINKS);
        var mode = number(seen, "mode");
        var owner = number(seen, "uid");
        if ((mode & FORMAT) != REGULAR) {
            throw new Unreadable("it is not a regular file");
        }
        if ((mode & GROUP_AND_OTHERS & ~allowed(mode & 07777, owner, number(seen, "gid"))) != 0) {
            throw new Unreadable("its mode is %04o: others than its owner can reach it".formatted(mode & 07777));
        }
        if (owner != 0 && owner != SystemInfo.effectiveUserId()) {
            throw new Unreadable("it belongs to user " + owner + ", neither root nor us");
        }
        return seen;
    }

    /**
     * What systemd hands to a service is root's and its group's, 0440: it lets the service in by an access list, whose
     * bounds stand where the group's rights would. Only root can make such a file, and only root gets in by the group.
     */
    private static int allowed(int mode, int owner, int group) {
        return mode == HANDED_OVER && owner == 0 && group == 0 ? mode : 0;
    }

    private static int number(Map<String, Object> seen, String name) {
        return (int) Objects.requireNonNull(seen.get(name));
    }

    private static byte[] readBounded(Path file) throws Unreadable, IOException {
        var buffer = new byte[LARGEST];
        try (var in = FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            var into = ByteBuffer.wrap(buffer);
            while (into.hasRemaining() && in.read(into) >= 0) {}
            if (!into.hasRemaining()) {
                throw new Unreadable("it is larger than any key file");
            }
            return Arrays.copyOf(buffer, into.position());
        } finally {
            Wipe.bytes(buffer);
        }
    }

    private static Path draft(Path file, byte[] content) throws IOException {
        var draft = file.resolveSibling(
                file.getFileName() + ".new-" + HexFormat.of().formatHex(Keys.random(8)));
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

    private static void sync(Path file) throws IOException {
        try (var folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
