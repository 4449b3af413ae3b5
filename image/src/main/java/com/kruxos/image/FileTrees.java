package com.kruxos.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;

/** Copies, deletes and normalizes folders. */
final class FileTrees {
    private FileTrees() {}

    static void copy(Path from, Path to) throws IOException {
        for (var file : walk(from)) {
            var copy = to.resolve(from.relativize(file).toString());
            if (Files.isDirectory(file)) {
                Files.createDirectories(copy);
            } else {
                Files.copy(file, copy);
            }
        }
    }

    static void delete(Path folder) throws IOException {
        for (var file : walk(folder).reversed()) {
            Files.delete(file);
        }
    }

    /**
     * Sets one timestamp and one of two modes, whatever umask and clock are. The class caches contain the timestamps of
     * the jars, so this runs before they are created, and again for the caches.
     */
    static void settle(Path folder, FileTime time) throws IOException {
        for (var file : walk(folder).reversed()) {
            if (Files.isSymbolicLink(file)) {
                continue; // the archive's own business
            }
            var open = Files.isDirectory(file)
                    || Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open ? "rwxr-xr-x" : "rw-r--r--"));
            Files.setLastModifiedTime(file, time);
        }
    }

    /** A folder comes before its content. */
    private static List<Path> walk(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(folder + " is not a folder");
        }
        try (var files = Files.walk(folder)) {
            return files.sorted(Comparator.naturalOrder()).toList();
        }
    }
}
