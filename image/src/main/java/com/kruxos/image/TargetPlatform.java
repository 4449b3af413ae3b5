package com.kruxos.image;

import java.io.IOException;

/**
 * The platform of the package, which is that of the build machine: its Java creates the class caches.
 *
 * @param archiveSuffix its name in the archive's file name
 * @param sqliteName its name in the SQLite jar
 */
record TargetPlatform(String archiveSuffix, String sqliteName) {
    static TargetPlatform here() throws IOException {
        var name = System.getProperty("os.name", "") + " " + System.getProperty("os.arch", "");
        return switch (name) {
            case "Linux amd64" -> new TargetPlatform("x64", "x86_64");
            case "Linux aarch64" -> new TargetPlatform("aarch64", "aarch64");
            default -> throw new IOException("the package is for Linux on x86-64 or aarch64, this is " + name);
        };
    }
}
