package com.kruxos.systemd;

import com.kruxos.Version;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The package, made from the runtime folder if that was built, else from this class path and a Java that is lent. */
record DebianPackage(Path file, boolean needsJava) {
    private static final Path IMAGE = Path.of("..", "image").toAbsolutePath().normalize();

    private static final String LAUNCHER = """
            #!/bin/sh
            main=com.kruxos.cli.Kruxos
            case $1 in
                serve) main=com.kruxos.Main ;;
                setup) main=com.kruxos.firstboot.Setup; shift ;;
            esac
            here=$(dirname -- "$(readlink -f -- "$0")")/..
            exec "$here/runtime/bin/java" -XX:+UseSerialGC -Xmx256m -XX:TieredStopAtLevel=1 -XX:+DisableAttachMechanism \\
                --enable-native-access=ALL-UNNAMED -cp "$here/lib/*$(printf ':%s' "$here"/lib/classes-*)" $main "$@"
            """;

    static DebianPackage make(Path folder) throws Exception {
        var built = IMAGE.resolve("target").resolve("kruxos-" + Version.text());
        var needsJava = !Files.isExecutable(built.resolve("bin/kruxos"));
        var dist = needsJava ? assembled(folder.resolve("dist")) : built;
        var said = Ran.of(IMAGE.resolve("debian/build").toString(), dist.toString(), folder.toString())
                .well();
        return new DebianPackage(Path.of(said.strip()), needsJava);
    }

    /** What a machine has to be lent: where the package looks for its Java, one of ours, unless it brings its own. */
    List<String> lent() {
        return needsJava ? List.of(System.getProperty("java.home") + ":/usr/lib/kruxos/runtime") : List.of();
    }

    private static Path assembled(Path dist) throws IOException {
        var lib = Files.createDirectories(dist.resolve("lib"));
        Files.createDirectories(dist.resolve("runtime"));
        var launcher = Files.createDirectories(dist.resolve("bin")).resolve("kruxos");
        Files.writeString(launcher, LAUNCHER);
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        var number = 0;
        for (var place : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            var from = Path.of(place);
            if (Files.isDirectory(from) && !from.endsWith("test-classes")) {
                copy(from, lib.resolve("classes-" + number++));
            } else if (Files.isRegularFile(from)) {
                Files.copy(from, lib.resolve(from.getFileName()));
            }
        }
        return dist;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
