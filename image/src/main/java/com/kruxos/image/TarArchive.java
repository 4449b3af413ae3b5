package com.kruxos.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;

/** A reproducible archive of a folder: sorted, owned by root, one timestamp. */
final class TarArchive {
    private TarArchive() {}

    static void pack(Path folder, Path archive, FileTime time) throws IOException, InterruptedException {
        Files.deleteIfExists(archive);
        var tar = new ProcessBuilder(List.of(
                        "tar",
                        "--create",
                        "--gzip",
                        "--file=" + archive,
                        "--directory=" + folder.getParent(),
                        "--format=ustar",
                        "--sort=name",
                        "--mtime=" + time,
                        "--owner=0",
                        "--group=0",
                        "--numeric-owner",
                        folder.getFileName().toString()))
                .inheritIO()
                .start();
        if (tar.waitFor() != 0) {
            throw new IOException("tar failed");
        }
    }
}
