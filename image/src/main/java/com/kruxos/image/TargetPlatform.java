package com.kruxos.image;

import java.io.IOException;

/**
 * A kind of machine the package can be made on, which is the kind it is for: the caches hold what this machine's Java
 * made.
 *
 * @param archiveSuffix what is in the name of the archive
 * @param sqliteName what SQLite's jar calls it
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
