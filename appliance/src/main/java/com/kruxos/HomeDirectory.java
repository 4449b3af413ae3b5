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
 * The appliance's folder and what lies where in it.
 *
 * @param folder 0700; everything below is the appliance's own
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

    /** The doors' certificate and its key. */
    public Path tls() {
        return folder.resolve("tls");
    }

    /** Each server's private folder is in here. */
    public Path servers() {
        return folder.resolve("servers");
    }

    /** Sockets and locks: nothing in here outlives the process. */
    public Path run() {
        return folder.resolve("run");
    }

    /**
     * Which installation this is: marks the processes it starts, so that a later start of this home finds what an
     * earlier one left.
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

    /** Written last by the preparation: without it the home was never finished. */
    public Path preparedMarker() {
        return folder.resolve("prepared");
    }

    public boolean isPrepared() {
        return Files.isRegularFile(preparedMarker());
    }

    /** Makes a folder of ours, for nobody else to look into. */
    public static Path privateFolder(Path folder) {
        try {
            return Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new UnusableHome(
                    folder + " cannot be made: " + e.getMessage(), "choose a folder you may write with --home", e);
        }
    }

    /**
     * Claims the home for this process; held until closed.
     *
     * @throws UnusableHome when another process has it, or we may not write here
     */
    public FileChannel lock() {
        privateFolder(run());
        try {
            var channel = FileChannel.open(run().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            var lock = tryLock(channel);
            if (!lock) {
                channel.close();
                throw new UnusableHome(
                        "an appliance is running on " + folder + " already",
                        "kruxos status shows it; another one needs a home of its own (--home)",
                        null);
            }
            return channel;
        } catch (IOException e) {
            throw new UnusableHome(
                    folder + " cannot be written: " + e.getMessage(), "choose a folder you may write with --home", e);
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
