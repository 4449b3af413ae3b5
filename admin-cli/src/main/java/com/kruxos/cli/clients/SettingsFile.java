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
 * Somebody's settings file: read once, then exchanged as a whole or not at all. Links are followed, so that a file kept
 * elsewhere stays there.
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
     * What lies there now.
     *
     * @throws SettingsNotEditable when it is there and cannot be read
     */
    public static SettingsFile read(Path named) {
        var path = resolveLinks(named.toAbsolutePath());
        return new SettingsFile(path, readBytes(path));
    }

    /** Where it really lies. */
    public Path path() {
        return path;
    }

    public boolean exists() {
        return originalContent.isPresent();
    }

    /** As it was when it was read; empty when it was not there. */
    public byte[] content() {
        return originalContent.map(byte[]::clone).orElse(new byte[0]);
    }

    /**
     * Puts {@code text} in its place, under the same mode and owner, on disk when this returns.
     *
     * @throws SettingsNotEditable when it changed since it was read, or cannot be written; then it is as it was
     */
    public void write(byte[] text) {
        @Nullable Path beside = null;
        try {
            Files.createDirectories(parent());
            beside = parent().resolve("." + path.getFileName() + "."
                    + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime()) + ".tmp");
            createFile(beside, text);
            copyModeAndOwner(beside);
            // Who writes between this look and the rename loses: no system call does both. It is microseconds.
            if (!isUnchanged(readBytes(path))) {
                throw new SettingsNotEditable(
                        path + " was changed by another program meanwhile", "try again; " + UNCHANGED);
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

    /** Nobody else may look into it before it has the old one's mode. */
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
                // It holds nothing secret; a later run makes one of another name.
            }
        }
    }

    private static Optional<byte[]> readBytes(Path path) {
        try {
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                throw new SettingsNotEditable(path + " is no file", "name another with --file");
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
                    throw new SettingsNotEditable(named + " is a link that leads nowhere", UNCHANGED);
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
