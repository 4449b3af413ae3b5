package com.kruxos.web;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;

/**
 * Where a home's admin socket lies: {@code run/admin.sock}, or, when that path is longer than the system takes, in a
 * private folder elsewhere that {@code run/admin.sock.path} names.
 */
public final class SocketPlace {
    /** The system takes about 107 bytes; this leaves room for systems that take fewer. */
    private static final int LONGEST = 100;

    private static final String NAME = "admin.sock";
    private static final String RECORD = "admin.sock.path";

    private SocketPlace() {}

    /**
     * Prepares the folder and clears away what a crash left behind.
     *
     * @param environment where {@code XDG_RUNTIME_DIR} is looked up
     * @return a path at which nothing exists
     * @throws CannotListen when somebody answers there, or the folder cannot be made private
     */
    public static Path prepare(Path home, Map<String, String> environment) {
        var run = home.toAbsolutePath().normalize().resolve("run");
        try {
            makePrivate(run);
            var before = recorded(run);
            clear(before);
            forget(home);
            var usual = run.resolve(NAME);
            clear(usual);
            if (length(usual) <= LONGEST) {
                return usual;
            }
            var elsewhere = Files.createTempDirectory(shortFolder(environment), "kruxos-")
                    .resolve(NAME);
            Files.writeString(run.resolve(RECORD), elsewhere + "\n", StandardCharsets.UTF_8);
            return elsewhere;
        } catch (IOException e) {
            throw new CannotListen(run.resolve(NAME), "check that the home is ours and writable", e);
        }
    }

    /** Takes away the folder that {@link #prepare} made elsewhere, if it did. */
    public static void forget(Path home) {
        var run = home.toAbsolutePath().normalize().resolve("run");
        try {
            var socket = recorded(run);
            Files.deleteIfExists(run.resolve(RECORD));
            if (!socket.startsWith(run)) {
                Files.deleteIfExists(socket);
                Files.deleteIfExists(Objects.requireNonNull(socket.getParent()));
            }
        } catch (IOException e) {
            // Left for the next start, which clears it.
        }
    }

    private static void makePrivate(Path run) throws IOException {
        var mode = PosixFilePermissions.fromString("rwx------");
        Files.createDirectories(run, PosixFilePermissions.asFileAttribute(mode));
        Files.setPosixFilePermissions(run, mode);
    }

    private static Path recorded(Path run) throws IOException {
        var record = run.resolve(RECORD);
        return Files.isRegularFile(record, LinkOption.NOFOLLOW_LINKS)
                ? Path.of(Files.readString(record, StandardCharsets.UTF_8).strip())
                : run.resolve(NAME);
    }

    /** A socket somebody answers on is in use by another process, and stays. */
    private static void clear(Path socket) throws IOException {
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new CannotListen(socket, "something that is no socket lies there: move it away", null);
        }
        if (answers(socket)) {
            throw new CannotListen(socket, "another KruxOS runs on this home: stop it first", null);
        }
        Files.delete(socket);
    }

    private static boolean answers(Path socket) {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private static Path shortFolder(Map<String, String> environment) {
        var runtime = environment.get("XDG_RUNTIME_DIR");
        if (runtime != null) {
            var folder = Path.of(runtime);
            if (Files.isDirectory(folder) && Files.isWritable(folder) && length(folder) <= LONGEST - 40) {
                return folder;
            }
        }
        return Path.of("/tmp");
    }

    private static int length(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }
}
