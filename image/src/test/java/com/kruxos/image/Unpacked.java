package com.kruxos.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The archive unpacked in a place of its own, and its programs run with an environment in which there is no JDK.
 *
 * @param root the folder that was in the archive
 * @param home the appliance's
 * @param prefix what comes before each command line
 */
record Unpacked(Path root, Path home, List<String> prefix) {
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

    static Unpacked in(Path folder) throws Exception {
        var place = Files.createDirectories(folder.resolve("a place"));
        run(List.of("tar", "--extract", "--gzip", "--file", archive().toString(), "--directory", place.toString()));
        return new Unpacked(place.resolve(System.getProperty("dist.name", "")), folder.resolve("home"), List.of());
    }

    Unpacked with(Path otherHome, List<String> otherPrefix) {
        return new Unpacked(root, otherHome, otherPrefix);
    }

    List<String> words(String... words) {
        var all = new ArrayList<>(prefix);
        all.addAll(List.of(root.resolve("bin/kruxos").toString(), "--home", home.toString()));
        all.addAll(List.of(words));
        return all;
    }

    /** Runs a command to its end; {@code options} are Java's. */
    Ran kruxos(String options, String... words) throws Exception {
        return run(words(words), options);
    }

    /** Starts an appliance on ports that are free, and returns when it answers. */
    Process serve(String options) throws Exception {
        var process = builder(words("serve"), options)
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

    static String run(List<String> words) throws Exception {
        var ran = run(words, "");
        assertThat(ran.exit()).as(ran.err()).isZero();
        return ran.out();
    }

    private static Ran run(List<String> words, String options) throws Exception {
        var out = Files.createTempFile("said", ".txt");
        var err = Files.createTempFile("said", ".txt");
        try {
            var process = builder(words, options)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as(words.toString())
                    .isTrue();
            return new Ran(process.exitValue(), text(out), text(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    private static ProcessBuilder builder(List<String> words, String options) {
        var builder = new ProcessBuilder(words);
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "HOME", "/nonexistent"));
        if (!options.isEmpty()) {
            builder.environment().put("JDK_JAVA_OPTIONS", options);
        }
        return builder;
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
