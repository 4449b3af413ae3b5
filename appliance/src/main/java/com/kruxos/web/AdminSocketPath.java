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
public final class AdminSocketPath {
    /** The system takes about 107 bytes; this leaves room for systems that take fewer. */
    private static final int MAX_PATH_BYTES = 100;

    private static final String SOCKET_NAME = "admin.sock";
    private static final String POINTER_FILE = "admin.sock.path";

    private AdminSocketPath() {}

    /**
     * Prepares the folder and clears away what a crash left behind.
     *
     * @param environment where {@code XDG_RUNTIME_DIR} is looked up
     * @return a path at which nothing exists
     * @throws ListenFailed when somebody answers there, or the folder cannot be made private
     */
    public static Path prepare(Path home, Map<String, String> environment) {
        var run = home.toAbsolutePath().normalize().resolve("run");
        try {
            createPrivateDirectory(run);
            var before = previousPath(run);
            deleteStaleSocket(before);
            removeTemporaryDirectory(home);
            var usual = run.resolve(SOCKET_NAME);
            deleteStaleSocket(usual);
            if (byteLength(usual) <= MAX_PATH_BYTES) {
                return usual;
            }
            var elsewhere = Files.createTempDirectory(shortDirectory(environment), "kruxos-")
                    .resolve(SOCKET_NAME);
            Files.writeString(run.resolve(POINTER_FILE), elsewhere + "\n", StandardCharsets.UTF_8);
            return elsewhere;
        } catch (IOException e) {
            throw new ListenFailed(run.resolve(SOCKET_NAME), "check that the home is ours and writable", e);
        }
    }

    /** Takes away the folder that {@link #prepare} made elsewhere, if it did. */
    public static void removeTemporaryDirectory(Path home) {
        var run = home.toAbsolutePath().normalize().resolve("run");
        try {
            var socket = previousPath(run);
            Files.deleteIfExists(run.resolve(POINTER_FILE));
            if (!socket.startsWith(run)) {
                Files.deleteIfExists(socket);
                Files.deleteIfExists(Objects.requireNonNull(socket.getParent()));
            }
        } catch (IOException e) {
            // Left for the next start, which clears it.
        }
    }

    private static void createPrivateDirectory(Path run) throws IOException {
        var mode = PosixFilePermissions.fromString("rwx------");
        Files.createDirectories(run, PosixFilePermissions.asFileAttribute(mode));
        Files.setPosixFilePermissions(run, mode);
    }

    private static Path previousPath(Path run) throws IOException {
        var record = run.resolve(POINTER_FILE);
        return Files.isRegularFile(record, LinkOption.NOFOLLOW_LINKS)
                ? Path.of(Files.readString(record, StandardCharsets.UTF_8).strip())
                : run.resolve(SOCKET_NAME);
    }

    /** A socket somebody answers on is in use by another process, and stays. */
    private static void deleteStaleSocket(Path socket) throws IOException {
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new ListenFailed(socket, "something that is no socket lies there: move it away", null);
        }
        if (acceptsConnections(socket)) {
            throw new ListenFailed(socket, "another KruxOS runs on this home: stop it first", null);
        }
        Files.delete(socket);
    }

    private static boolean acceptsConnections(Path socket) {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private static Path shortDirectory(Map<String, String> environment) {
        var runtime = environment.get("XDG_RUNTIME_DIR");
        if (runtime != null) {
            var folder = Path.of(runtime);
            if (Files.isDirectory(folder) && Files.isWritable(folder) && byteLength(folder) <= MAX_PATH_BYTES - 40) {
                return folder;
            }
        }
        return Path.of("/tmp");
    }

    private static int byteLength(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }
}
