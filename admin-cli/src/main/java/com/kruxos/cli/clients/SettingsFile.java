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
    private static final int MOST_LINKS = 40;
    private static final long LARGEST = 32 << 20;
    private static final String UNCHANGED = "nothing was changed";

    private final Path path;
    private final Optional<byte[]> found;

    private SettingsFile(Path path, Optional<byte[]> found) {
        this.path = path;
        this.found = found;
    }

    /**
     * What lies there now.
     *
     * @throws CannotEdit when it is there and cannot be read
     */
    public static SettingsFile read(Path named) {
        var path = followed(named.toAbsolutePath());
        return new SettingsFile(path, bytes(path));
    }

    /** Where it really lies. */
    public Path path() {
        return path;
    }

    public boolean exists() {
        return found.isPresent();
    }

    /** As it was when it was read; empty when it was not there. */
    public byte[] text() {
        return found.map(byte[]::clone).orElse(new byte[0]);
    }

    /**
     * Puts {@code text} in its place, under the same mode and owner, on disk when this returns.
     *
     * @throws CannotEdit when it changed since it was read, or cannot be written; then it is as it was
     */
    public void write(byte[] text) {
        @Nullable Path beside = null;
        try {
            Files.createDirectories(parent());
            beside = parent().resolve("." + path.getFileName() + "."
                    + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime()) + ".tmp");
            fill(beside, text);
            dress(beside);
            // Who writes between this look and the rename loses: no system call does both. It is microseconds.
            if (!same(bytes(path))) {
                throw new CannotEdit(path + " was changed by another program meanwhile", "try again; " + UNCHANGED);
            }
            Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
            beside = null;
            sync(parent());
        } catch (IOException e) {
            throw new CannotEdit(path + " cannot be written (" + reason(e) + ")", UNCHANGED);
        } finally {
            discard(beside);
        }
    }

    private boolean same(Optional<byte[]> now) {
        return now.isPresent() == found.isPresent()
                && now.map(bytes -> Arrays.equals(bytes, text())).orElse(true);
    }

    private Path parent() {
        var parent = path.getParent();
        return parent == null ? Path.of("/") : parent;
    }

    /** Nobody else may look into it before it has the old one's mode. */
    private void fill(Path file, byte[] text) throws IOException {
        if (found.isPresent()
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

    private void dress(Path file) throws IOException {
        var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (found.isEmpty() || view == null) {
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

    private static void sync(Path folder) throws IOException {
        if (System.getProperty("os.name", "").startsWith("Windows")) {
            return;
        }
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void discard(@Nullable Path file) {
        if (file != null) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // It holds nothing secret; a later run makes one of another name.
            }
        }
    }

    private static Optional<byte[]> bytes(Path path) {
        try {
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                throw new CannotEdit(path + " is no file", "name another with --file");
            }
            if (Files.size(path) > LARGEST) {
                throw new CannotEdit(path + " is larger than " + (LARGEST >> 20) + " MiB", UNCHANGED);
            }
            return Optional.of(Files.readAllBytes(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new CannotEdit(path + " cannot be read (" + reason(e) + ")", UNCHANGED);
        }
    }

    private static Path followed(Path named) {
        var path = named;
        try {
            for (var links = 0; Files.isSymbolicLink(path); links++) {
                if (links == MOST_LINKS) {
                    throw new CannotEdit(named + " is a link that leads nowhere", UNCHANGED);
                }
                path = path.resolveSibling(Files.readSymbolicLink(path)).normalize();
            }
            return Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? path.toRealPath() : path;
        } catch (IOException e) {
            throw new CannotEdit(named + " cannot be read (" + reason(e) + ")", UNCHANGED);
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName().replace("Exception", "").replaceAll("([a-z])([A-Z])", "$1 $2");
    }
}
