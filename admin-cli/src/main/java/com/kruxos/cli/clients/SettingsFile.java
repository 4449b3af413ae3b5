package com.kruxos.cli.clients;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A settings file of the user: read once, then replaced atomically. Symbolic links are resolved, so a link stays a
 * link.
 */
public final class SettingsFile {
    private static final int MAX_LINKS = 40;
    private static final long MAX_BYTES = 32 << 20;
    private static final String UNCHANGED = "nothing was changed";

    private final Path path;
    private final Optional<byte[]> originalContent;

    private SettingsFile(Path path, Optional<byte[]> found) {
        this.path = path;
        this.originalContent = found;
    }

    /**
     * Reads the file.
     *
     * @throws SettingsNotEditable when the file exists and cannot be read
     */
    public static SettingsFile read(Path named) {
        var path = resolveLinks(named.toAbsolutePath());
        return new SettingsFile(path, readBytes(path));
    }

    /** The path after resolving links. */
    public Path path() {
        return path;
    }

    public boolean exists() {
        return originalContent.isPresent();
    }

    /** The content when it was read; empty when there was no file. */
    public byte[] content() {
        return originalContent.map(byte[]::clone).orElse(new byte[0]);
    }

    /**
     * Replaces the file atomically with the same mode and owner, and syncs it to disk.
     *
     * @throws SettingsNotEditable when the file has changed since it was read, or cannot be written; it stays unchanged
     */
    public void write(byte[] text) {
        @Nullable Path beside = null;
        try {
            Files.createDirectories(parent());
            beside = parent().resolve("." + path.getFileName() + "."
                    + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime()) + ".tmp");
            createFile(beside, text);
            copyModeAndOwner(beside);
            // A write between this check and the rename is lost; no system call does both. The window is microseconds.
            if (!isUnchanged(readBytes(path))) {
                throw new SettingsNotEditable(path + " was changed by another program", "try again; " + UNCHANGED);
            }
            Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
            beside = null;
            syncDirectory(parent());
        } catch (IOException e) {
            throw new SettingsNotEditable(path + " cannot be written (" + describe(e) + ")", UNCHANGED);
        } finally {
            deleteQuietly(beside);
        }
    }

    private boolean isUnchanged(Optional<byte[]> now) {
        return now.isPresent() == originalContent.isPresent()
                && now.map(bytes -> Arrays.equals(bytes, content())).orElse(true);
    }

    private Path parent() {
        var parent = path.getParent();
        return parent == null ? Path.of("/") : parent;
    }

    /** The file is private until it gets the mode of the old one. */
    private void createFile(Path file, byte[] text) throws IOException {
        if (originalContent.isPresent()
                && file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(file);
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            var buffer = ByteBuffer.wrap(text);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private void copyModeAndOwner(Path file) throws IOException {
        var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (originalContent.isEmpty() || view == null) {
            return;
        }
        var old = Files.readAttributes(path, PosixFileAttributes.class);
        var now = view.readAttributes();
        if (!now.owner().equals(old.owner())) {
            view.setOwner(old.owner());
        }
        if (!now.group().equals(old.group())) {
            view.setGroup(old.group());
        }
        view.setPermissions(old.permissions());
    }

    private static void syncDirectory(Path folder) throws IOException {
        if (System.getProperty("os.name", "").startsWith("Windows")) {
            return;
        }
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void deleteQuietly(@Nullable Path file) {
        if (file != null) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // The file contains nothing secret, and a later run uses another name.
            }
        }
    }

    private static Optional<byte[]> readBytes(Path path) {
        try {
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                throw new SettingsNotEditable(path + " is not a file", "name another with --file");
            }
            if (Files.size(path) > MAX_BYTES) {
                throw new SettingsNotEditable(path + " is larger than " + (MAX_BYTES >> 20) + " MiB", UNCHANGED);
            }
            return Optional.of(Files.readAllBytes(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new SettingsNotEditable(path + " cannot be read (" + describe(e) + ")", UNCHANGED);
        }
    }

    private static Path resolveLinks(Path named) {
        var path = named;
        try {
            for (var links = 0; Files.isSymbolicLink(path); links++) {
                if (links == MAX_LINKS) {
                    throw new SettingsNotEditable(named + " is a cycle of links", UNCHANGED);
                }
                path = path.resolveSibling(Files.readSymbolicLink(path)).normalize();
            }
            return Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? path.toRealPath() : path;
        } catch (IOException e) {
            throw new SettingsNotEditable(named + " cannot be read (" + describe(e) + ")", UNCHANGED);
        }
    }

    private static String describe(IOException e) {
        return e.getClass().getSimpleName().replace("Exception", "").replaceAll("([a-z])([A-Z])", "$1 $2");
    }
}
