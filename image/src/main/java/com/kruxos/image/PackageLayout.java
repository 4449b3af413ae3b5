package com.kruxos.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The paths in the package.
 *
 * @param root named after the version
 */
record PackageLayout(Path root) {
    Path program() {
        return root.resolve("bin/kruxos");
    }

    /** Jars, class caches, and the files of the launcher. */
    Path lib() {
        return root.resolve("lib");
    }

    Path runtime() {
        return root.resolve("runtime");
    }

    Path share() {
        return root.resolve("share");
    }

    /** The class cache of one kind of command; the launcher uses the same name. */
    Path cache(String kind) {
        return lib().resolve(kind + ".aot");
    }

    /** Deletes an old package and creates the folders. */
    void clear() throws IOException {
        if (Files.exists(root)) {
            FileTrees.delete(root);
        }
        for (var folder : List.of(lib(), share())) {
            Files.createDirectories(folder);
        }
    }

    /** @param template copied as it is: the launcher and its options */
    void copy(Path template, List<Path> jars, List<Path> papers) throws IOException {
        FileTrees.copy(template, root);
        for (var jar : jars) {
            copyInto(lib(), jar);
        }
        for (var paper : papers) {
            copyInto(share(), paper);
        }
        Files.writeString(
                lib().resolve("class-path"),
                jars().map(PackageLayout::name).collect(Collectors.joining(" ", "", "\n")));
    }

    /** Puts the SQLite library beside its jar; otherwise the driver unpacks it at every start. */
    void unpackEngine(String machine) throws IOException {
        var jar = jars().filter(file -> name(file).startsWith("sqlite-jdbc-"))
                .findFirst()
                .orElseThrow();
        try (var archive = new JarFile(jar.toFile())) {
            var name = "libsqlitejdbc.so";
            var entry = archive.getJarEntry("org/sqlite/native/Linux/" + machine + "/" + name);
            if (entry == null) {
                throw new IOException("no SQLite library for " + machine);
            }
            try (var bytes = archive.getInputStream(entry)) {
                Files.copy(bytes, lib().resolve(name));
            }
        }
    }

    /** In class path order: ours first. */
    Stream<Path> jars() throws IOException {
        try (var files = Files.list(lib())) {
            return files
                    .filter(file -> name(file).endsWith(".jar"))
                    .sorted(Comparator.comparing((Path file) -> !name(file).startsWith("kruxos-"))
                            .thenComparing(PackageLayout::name))
                    .toList()
                    .stream();
        }
    }

    /** The class path that the launcher builds. */
    String classPath() throws IOException {
        return jars().map(Path::toString).collect(Collectors.joining(":"));
    }

    private static void copyInto(Path folder, Path file) throws IOException {
        Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
