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
 * The path of a home's admin socket: {@code run/admin.sock}, or, if that is too long for the operating system, a short
 * path in a private directory elsewhere, which the file {@code run/admin.sock.path} contains.
 */
public final class AdminSocketPath {
    /** Linux allows 107 bytes, other systems fewer. */
    private static final int MAX_PATH_BYTES = 100;

    private static final String SOCKET_NAME = "admin.sock";
    private static final String POINTER_FILE = "admin.sock.path";

    private AdminSocketPath() {}

    /**
     * Prepares the directory and deletes the socket of a crashed process.
     *
     * @param environment contains {@code XDG_RUNTIME_DIR}
     * @return a path at which no file exists
     * @throws ListenFailed if another process listens there, or the directory cannot be made private
     */
    public static Path prepare(Path home, Map<String, String> environment) {
        var run = home.toAbsolutePath().normalize().resolve("run");
        try {
            createPrivateDirectory(run);
            deleteStaleSocket(previousPath(run));
            removeTemporaryDirectory(home);
            var standard = run.resolve(SOCKET_NAME);
            deleteStaleSocket(standard);
            if (byteLength(standard) <= MAX_PATH_BYTES) {
                return standard;
            }
            var shortPath = Files.createTempDirectory(shortDirectory(environment), "kruxos-")
                    .resolve(SOCKET_NAME);
            Files.writeString(run.resolve(POINTER_FILE), shortPath + "\n", StandardCharsets.UTF_8);
            return shortPath;
        } catch (IOException e) {
            throw new ListenFailed(
                    run.resolve(SOCKET_NAME), "check that the home belongs to this user and is writable", e);
        }
    }

    /** Deletes the directory elsewhere, if {@link #prepare} created one. */
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
            // The next start deletes it.
        }
    }

    private static void createPrivateDirectory(Path run) throws IOException {
        var mode = PosixFilePermissions.fromString("rwx------");
        Files.createDirectories(run, PosixFilePermissions.asFileAttribute(mode));
        Files.setPosixFilePermissions(run, mode);
    }

    private static Path previousPath(Path run) throws IOException {
        var pointer = run.resolve(POINTER_FILE);
        return Files.isRegularFile(pointer, LinkOption.NOFOLLOW_LINKS)
                ? Path.of(Files.readString(pointer, StandardCharsets.UTF_8).strip())
                : run.resolve(SOCKET_NAME);
    }

    /** Keeps a socket on which another process listens. */
    private static void deleteStaleSocket(Path socket) throws IOException {
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new ListenFailed(socket, "the path exists and is not a socket: move the file away", null);
        }
        if (acceptsConnections(socket)) {
            throw new ListenFailed(socket, "another KruxOS process uses this home: stop it first", null);
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
