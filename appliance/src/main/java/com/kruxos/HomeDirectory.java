package com.kruxos;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The appliance's folder and the paths in it.
 *
 * @param folder absolute, mode 0700
 */
public record HomeDirectory(Path folder) {
    public HomeDirectory {
        folder = folder.toAbsolutePath().normalize();
    }

    public Path config() {
        return folder.resolve("kruxos.yaml");
    }

    public Path database() {
        return folder.resolve("kruxos.db");
    }

    public Path audit() {
        return folder.resolve("audit.db");
    }

    /** The TLS certificate and its key. */
    public Path tls() {
        return folder.resolve("tls");
    }

    /** Contains a private folder for each server. */
    public Path servers() {
        return folder.resolve("servers");
    }

    /** Sockets and locks; nothing in it outlives the process. */
    public Path run() {
        return folder.resolve("run");
    }

    /**
     * Hash of the folder's path. It marks child processes, so that a later start finds the orphans of an earlier one.
     */
    public String installationId() {
        try {
            var digest = MessageDigest.getInstance("SHA-256")
                    .digest(folder.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** Written last by {@link HomeInitializer}; a home without it is incomplete. */
    public Path preparedMarker() {
        return folder.resolve("prepared");
    }

    public boolean isPrepared() {
        return Files.isRegularFile(preparedMarker());
    }

    /** Creates a folder with mode 0700. */
    public static Path privateFolder(Path folder) {
        try {
            return Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new UnusableHome(
                    folder + " cannot be created: " + e.getMessage(), "choose a writable folder with --home", e);
        }
    }

    /**
     * Locks the home for this process until the channel is closed.
     *
     * @throws UnusableHome if another process holds the lock, or the folder is not writable
     */
    public FileChannel lock() {
        privateFolder(run());
        try {
            var channel = FileChannel.open(run().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            var lock = tryLock(channel);
            if (!lock) {
                channel.close();
                throw new UnusableHome(
                        "an appliance is already running on " + folder,
                        "kruxos status shows it; use another home (--home) for a second one",
                        null);
            }
            return channel;
        } catch (IOException e) {
            throw new UnusableHome(
                    folder + " is not writable: " + e.getMessage(), "choose a writable folder with --home", e);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }
}
