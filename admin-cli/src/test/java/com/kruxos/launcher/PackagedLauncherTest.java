package com.kruxos.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The package's launcher in a package of no more than it reads, with a java that prints what it is given. Its path has
 * a space in it.
 */
class PackagedLauncherTest {
    private static final String FAKE_JAVA = """
            #!/bin/sh
            printf '%s\\n' "$@" "command $KRUXOS_COMMAND" "locale $LC_ALL"
            """;

    @TempDir
    Path folder;

    private Path root;

    @BeforeEach
    void createPackage() throws IOException {
        root = folder.resolve("a place/kruxos-9");
        var template = Path.of("..", "image", "dist");
        for (var name : List.of("bin/kruxos", "lib/launch.sh", "lib/server.flags", "lib/client.flags")) {
            Files.createDirectories(root.resolve(name).getParent());
            Files.copy(template.resolve(name), root.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.writeString(root.resolve("lib/class-path"), "b.jar a.jar\n");
        var java = Files.createDirectories(root.resolve("runtime/bin")).resolve("java");
        Files.writeString(java, FAKE_JAVA);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @ParameterizedTest
    @MethodSource("com.kruxos.launcher.LauncherCommandLines#all")
    void startsTheMainClassOfEachCommand(String line, String main, String arguments) throws Exception {
        var out = run(root.resolve("bin/kruxos"), LauncherCommandLines.words(line));
        assertThat(main(out)).isEqualTo(main);
        assertThat(arguments(out)).containsExactly(LauncherCommandLines.words(arguments));
    }

    @Test
    void passesArgumentsUnchanged() throws Exception {
        assertThat(arguments(run(root.resolve("bin/kruxos"), "--home", "a  b", "up", "", "*", "$x\\y")))
                .containsExactly("--home", "a  b", "", "*", "$x\\y");
    }

    @Test
    void findsItsFilesThroughLinksAndFromAnyDirectory() throws Exception {
        var first = Files.createSymbolicLink(folder.resolve("first"), Path.of("a place/kruxos-9/bin/kruxos"));
        var second = Files.createSymbolicLink(
                Files.createDirectories(folder.resolve("bin")).resolve("kruxos"), first);
        var out = run(second, "status");
        var lib = root.toRealPath().resolve("lib");
        assertThat(out).containsSubsequence("-cp", lib.resolve("b.jar") + ":" + lib.resolve("a.jar"));
        assertThat(run(Path.of("./kruxos"), "status"))
                .as("from the folder it lies in")
                .containsSubsequence("-cp", lib.resolve("b.jar") + ":" + lib.resolve("a.jar"));
    }

    /** Fails without the caches' lines in bin/kruxos, and without the engine's: it would be unpacked into /tmp. */
    @Test
    void eachMainClassGetsItsCacheAndDatabaseLibrary() throws Exception {
        var lib = root.toRealPath().resolve("lib");
        var engine = "-Dorg.sqlite.lib.path=" + lib;
        assertThat(run(root.resolve("bin/kruxos"), "status")).noneMatch(word -> word.startsWith("-XX:AOTCache"));
        Files.createFile(lib.resolve("server.aot"));
        Files.createFile(lib.resolve("client.aot"));
        assertThat(run(root.resolve("bin/kruxos"), "serve"))
                .contains("-XX:AOTCache=" + lib.resolve("server.aot"), engine, "@" + lib.resolve("server.flags"))
                .contains("-Dorg.sqlite.tmpdir=" + lib);
        assertThat(run(root.resolve("bin/kruxos"), "status"))
                .contains("-XX:AOTCache=" + lib.resolve("client.aot"), "@" + lib.resolve("client.flags"))
                .doesNotContain(engine);
        assertThat(run(root.resolve("bin/kruxos"), "audit", "verify", "--file", "f"))
                .contains(engine, "--enable-native-access=ALL-UNNAMED")
                .noneMatch(word -> word.startsWith("-XX:AOTCache"));
    }

    /** Fails without the comparison in bin/kruxos: classes of the old jar would run. */
    @Test
    void anOutdatedClassCacheIsNotUsed() throws Exception {
        var lib = root.toRealPath().resolve("lib");
        var made = Files.getLastModifiedTime(Files.createFile(lib.resolve("server.aot")));
        Files.setLastModifiedTime(Files.createFile(lib.resolve("a.jar")), made);
        Files.setLastModifiedTime(Files.createFile(lib.resolve("b.jar")), made);
        assertThat(run(root.resolve("bin/kruxos"), "serve")).contains("-XX:AOTCache=" + lib.resolve("server.aot"));
        Files.setLastModifiedTime(
                lib.resolve("b.jar"), FileTime.from(made.toInstant().plusSeconds(1)));
        assertThat(run(root.resolve("bin/kruxos"), "serve")).noneMatch(word -> word.startsWith("-XX:AOTCache"));
    }

    @Test
    void exportsTheCommandPath() throws Exception {
        assertThat(run(root.resolve("bin/kruxos"), "up")).contains("command " + root.resolve("bin/kruxos"));
        Files.createSymbolicLink(
                Files.createDirectories(folder.resolve("bin")).resolve("kruxos"), root.resolve("bin/kruxos"));
        assertThat(run(folder.resolve("bin/kruxos"), "up")).contains("command kruxos", "locale C.UTF-8");
    }

    private static String main(List<String> out) {
        return out.get(out.indexOf("-cp") + 2);
    }

    private static List<String> arguments(List<String> out) {
        return out.subList(out.indexOf("-cp") + 3, out.size() - 2);
    }

    private List<String> run(Path program, String... words) throws Exception {
        var command = new ArrayList<String>();
        command.add(program.toString());
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command).directory(root.resolve("bin").toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", folder.resolve("bin") + ":/usr/bin:/bin"));
        var process = builder.start();
        try (var out = process.getInputStream();
                var err = process.getErrorStream()) {
            var said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(new String(err.readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            return said.lines().toList();
        }
    }
}
