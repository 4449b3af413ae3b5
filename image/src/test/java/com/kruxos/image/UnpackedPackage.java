package com.kruxos.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The archive unpacked in a place of its own, and its programs run with an environment in which there is no JDK.
 *
 * @param root the folder that was in the archive
 * @param home the appliance's
 * @param path the one folder programs are found in: it has what the launcher asks for, and no Java
 * @param prefix what comes before each command line
 */
record UnpackedPackage(Path root, Path home, Path path, List<String> prefix) {
    private static final long PATIENCE_SECONDS = 180;
    private static final Path TARGET = Path.of("target");

    record Ran(int exit, String out, String err) {}

    /** The one archive of this version. */
    static Path archive() throws IOException {
        var name = System.getProperty("dist.name", "");
        try (var files = Files.list(TARGET)) {
            var found = files.filter(file -> file.getFileName().toString().matches(name + "-linux-\\w+\\.tar\\.gz"))
                    .toList();
            assertThat(found).hasSize(1);
            return found.getFirst();
        }
    }

    static UnpackedPackage in(Path folder) throws Exception {
        var place = Files.createDirectories(folder.resolve("a place"));
        run(List.of("tar", "--extract", "--gzip", "--file", archive().toString(), "--directory", place.toString()));
        var root = place.resolve(System.getProperty("dist.name", ""));
        return new UnpackedPackage(root, folder.resolve("home"), path(folder.resolve("path")), List.of());
    }

    private static Path path(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (var program : List.of("readlink", "stty")) {
            Files.createSymbolicLink(folder.resolve(program), Path.of("/bin", program));
        }
        return folder;
    }

    UnpackedPackage with(Path otherHome, List<String> otherPrefix) {
        return new UnpackedPackage(root, otherHome, path, otherPrefix);
    }

    List<String> words(String... words) {
        var all = new ArrayList<>(prefix);
        all.addAll(List.of(root.resolve("bin/kruxos").toString(), "--home", home.toString()));
        all.addAll(List.of(words));
        return all;
    }

    /** Runs a command to its end; {@code options} are Java's. */
    Ran kruxos(String options, String... words) throws Exception {
        return ran(builder(words(words), environment(options)));
    }

    /** What a shell says to a line, where there is no more than the package's programs have. */
    Ran shell(String line) throws Exception {
        return ran(builder(List.of("/bin/sh", "-c", line), environment("")));
    }

    /** Starts an appliance on ports that are free, and returns when it answers. */
    Process serve(String options) throws Exception {
        var process = builder(words("serve"), environment(options))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (kruxos("", "status").exit() != 0) {
            assertThat(process.isAlive()).as("the appliance runs").isTrue();
            assertThat(System.nanoTime()).as("it answers in time").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return process;
    }

    static void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    /** What one of the machine's own programs says; it has to end well. */
    static String run(List<String> words) throws Exception {
        var ran = ran(builder(words, Map.of("PATH", "/usr/bin:/bin")));
        assertThat(ran.exit()).as(ran.err()).isZero();
        return ran.out();
    }

    private static Ran ran(ProcessBuilder builder) throws Exception {
        var out = Files.createTempFile("said", ".txt");
        var err = Files.createTempFile("said", ".txt");
        try {
            var process = builder.redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as(builder.command().toString())
                    .isTrue();
            return new Ran(process.exitValue(), text(out), text(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    private Map<String, String> environment(String options) {
        var all = new HashMap<>(Map.of("PATH", path.toString(), "HOME", "/nonexistent"));
        if (!options.isEmpty()) {
            all.put("JDK_JAVA_OPTIONS", options);
        }
        return all;
    }

    private static ProcessBuilder builder(List<String> words, Map<String, String> environment) {
        var builder = new ProcessBuilder(words);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder;
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
