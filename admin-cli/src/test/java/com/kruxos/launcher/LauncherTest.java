package com.kruxos.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The launcher in a small copy of the tree, with a java that prints what it is given and a mvn that notes each run. Its
 * path has a space in it.
 */
class LauncherTest {
    private static final String FAKE_JAVA = """
            #!/bin/sh
            printf '%s\\n' "$@"
            """;
    private static final String FAKE_MVN = """
            #!/bin/sh
            echo run >>"$MVN_RUNS"
            echo '[INFO] Building KruxOS appliance 0.1.0 [2/5]'
            [ -z "$MVN_FAILS" ] || { echo 'the reason'; exit 1; }
            mkdir -p "$ROOT/image/target/lib"
            """;

    @TempDir
    Path folder;

    private Path root;
    private Path jdk;

    private record LauncherRun(int exit, List<String> out, String err) {
        String main() {
            return out.get(out.indexOf("-cp") + 2);
        }

        List<String> arguments() {
            return out.subList(out.indexOf("-cp") + 3, out.size());
        }
    }

    @BeforeEach
    void createTree() throws IOException {
        root = Files.createDirectories(folder.resolve("a tree"));
        jdk = jdk("jdk", "25.0.3");
        Files.copy(Path.of("..", "kruxos"), root.resolve("kruxos"), StandardCopyOption.COPY_ATTRIBUTES);
        var shared = Files.createDirectories(root.resolve("image/dist/lib"));
        for (var file : List.of("launch.sh", "server.flags", "client.flags")) {
            Files.copy(Path.of("..", "image", "dist", "lib", file), shared.resolve(file));
        }
        makeOld(Files.writeString(root.resolve("pom.xml"), "<project/>"));
        for (var module : List.of("appliance", "image")) {
            Files.createDirectories(root.resolve(module).resolve("src/main/java"));
            makeOld(Files.writeString(root.resolve(module).resolve("pom.xml"), "<project/>"));
        }
        makeOld(Files.writeString(root.resolve("appliance/src/main/java/A.java"), "class A {}"));
        makeOld(root.resolve("appliance/src/main/java"));
        makeOld(root.resolve("appliance/src/main"));
        makeOld(root.resolve("image/src/main/java"));
        makeOld(root.resolve("image/src/main"));
        script(Files.createDirectories(folder.resolve("bin")).resolve("mvn"), FAKE_MVN);
    }

    @ParameterizedTest
    @MethodSource("com.kruxos.launcher.LauncherCommandLines#all")
    void startsTheMainClassOfEachCommand(String line, String main, String arguments) throws Exception {
        var ran = run(LauncherCommandLines.words(line));
        assertThat(ran.exit()).isZero();
        assertThat(ran.main()).isEqualTo(main);
        assertThat(ran.arguments()).containsExactly(LauncherCommandLines.words(arguments));
    }

    @Test
    void passesArgumentsUnchanged() throws Exception {
        assertThat(run("agent", "create", "--purpose", "two  words", "", "*").arguments())
                .containsExactly("agent", "create", "--purpose", "two  words", "", "*");
    }

    @Test
    void serverAndClientHaveTheirOwnJvmOptions() throws Exception {
        assertThat(flags(run("up")))
                .contains(
                        "-XX:+UseSerialGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-Xms15m",
                        "-Xmn9m",
                        "-XX:SurvivorRatio=16",
                        "-Xmx256m",
                        "-Xss512k",
                        "-XX:StringTableSize=4096",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:-HeapDumpOnOutOfMemoryError",
                        "-XX:+DisableAttachMechanism",
                        "--enable-native-access=ALL-UNNAMED")
                .doesNotContain("-XX:TieredStopAtLevel=1");
        assertThat(flags(run("status"))).contains("-XX:TieredStopAtLevel=1").doesNotContain("-Xmx256m");
    }

    /** What the file holds that Java is pointed to. */
    private static List<String> flags(LauncherRun ran) throws IOException {
        var file = ran.out().stream().filter(word -> word.startsWith("@")).findFirst();
        return Files.readAllLines(Path.of(file.orElseThrow().substring(1)));
    }

    /** Fails without {@code if ! is_built} in the launcher: Maven would run every time. */
    @Test
    void buildsOnce() throws Exception {
        var first = run("version");
        assertThat(first.err()).contains("Building KruxOS once", "target/build.log");
        assertThat(run("version").err()).isEmpty();
        assertThat(run("version").exit()).isZero();
        assertThat(builds()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"pom.xml", "image/pom.xml", "appliance/src/main/java/A.java"})
    void rebuildsAfterAChange(String file) throws Exception {
        run("version");
        Files.setLastModifiedTime(
                root.resolve(file), FileTime.from(Instant.now().plusSeconds(60)));
        run("version");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void rebuildsAfterASourceIsDeleted() throws Exception {
        run("version");
        Files.delete(root.resolve("appliance/src/main/java/A.java"));
        run("version");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void aFailedBuildPrintsTheEndOfItsLogAndIsRetried() throws Exception {
        var failed = run(List.of("MVN_FAILS=yes"), "version");
        assertThat(failed.exit()).isEqualTo(1);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err()).contains("the reason", "error: the build failed", "hint: the whole log is in ");
        assertThat(run("version").exit()).isZero();
        assertThat(builds()).isEqualTo(2);
    }

    /** Fails without {@code lock} in the launcher. */
    @Test
    void concurrentStartsBuildOnce() throws Exception {
        var started = List.of(start(List.of(), "version"), start(List.of(), "version"), start(List.of(), "version"));
        for (var process : started) {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void requiresJava25() throws Exception {
        var other = jdk("other", "17.0.15");
        var ran = run(List.of("KRUXOS_JAVA=" + other), "version");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("error: KRUXOS_JAVA names no JDK 25");
    }

    @Test
    void findsJavaOnThePathThroughALink() throws Exception {
        Files.createSymbolicLink(folder.resolve("bin/java"), jdk.resolve("bin/java"));
        assertThat(run(List.of("KRUXOS_JAVA=", "JAVA_HOME=" + jdk("other", "17.0.15")), "version")
                        .main())
                .isEqualTo("com.kruxos.cli.Kruxos");
    }

    private LauncherRun run(String... words) throws Exception {
        return run(List.of(), words);
    }

    private LauncherRun run(List<String> environment, String... words) throws Exception {
        var process = start(environment, words);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        try (var out = process.getInputStream();
                var err = process.getErrorStream()) {
            return new LauncherRun(
                    process.exitValue(),
                    new String(out.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList(),
                    new String(err.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private Process start(List<String> environment, String... words) throws IOException {
        var command = new ArrayList<String>();
        command.add(root.resolve("kruxos").toString());
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command);
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("KRUXOS_JAVA", jdk.toString());
        builder.environment().put("ROOT", root.toString());
        builder.environment().put("MVN_RUNS", folder.resolve("runs").toString());
        for (var pair : environment) {
            builder.environment().put(pair.split("=", 2)[0], pair.split("=", 2)[1]);
        }
        return builder.start();
    }

    private int builds() throws IOException {
        return Files.readAllLines(folder.resolve("runs")).size();
    }

    private Path jdk(String name, String version) throws IOException {
        var home = Files.createDirectories(folder.resolve(name));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(Files.createDirectories(home.resolve("bin")).resolve("java"), FAKE_JAVA);
        return home;
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void makeOld(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    }
}
