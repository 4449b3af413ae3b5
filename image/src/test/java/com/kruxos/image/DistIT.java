package com.kruxos.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The package, unpacked elsewhere than it was made, in a folder with a space in its name. */
class DistIT {
    /** Java then refuses to start without its cache, and would else only be slow. */
    private static final String CACHE_OR_NOTHING = "-XX:AOTMode=on";

    private static final String NOBODY = "65534";

    @TempDir
    Path folder;

    private UnpackedPackage dist;

    @BeforeEach
    void unpack() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        dist = UnpackedPackage.in(folder);
    }

    /** Red without {@code --sort}, {@code --mtime} or {@code --owner} in Tar, and without the modes of Trees.settle. */
    @Test
    void theArchiveIsSortedRootsAndOfOneTime() throws Exception {
        var archive = UnpackedPackage.archive().toString();
        var names = UnpackedPackage.run(List.of("tar", "--list", "--gzip", "--file", archive))
                .lines()
                .toList();
        var entries = UnpackedPackage.run(List.of(
                        "tar",
                        "--list",
                        "--verbose",
                        "--numeric-owner",
                        "--full-time",
                        "--utc",
                        "--gzip",
                        "--file",
                        archive))
                .lines()
                .toList();
        var top = dist.root().getFileName() + "/";
        assertThat(names).first().isEqualTo(top);
        assertThat(names).contains(top + "share/bom.json", top + "share/LICENSE", top + "share/NOTICE");
        assertThat(names.stream().filter(name -> name.startsWith(top + "lib/"))).isSorted();
        var time = Instant.parse(System.getProperty("dist.time", "")).toString();
        assertThat(entries)
                .allMatch(entry -> entry.contains(" 0/0 "))
                .allMatch(entry -> entry.contains(time.replace('T', ' ').replace("Z", "")))
                .allMatch(entry -> entry.matches("(l|[-d]rw[-x]r-[-x]r-[-x]).*"));
    }

    /**
     * Red when the caches were made for another class path, runtime or flags; a broken one shows that it would be seen.
     */
    @Test
    void theCachesCountWhereverItIsUnpacked() throws Exception {
        assertThat(dist.kruxos(CACHE_OR_NOTHING, "version").exit()).isZero();
        assertThat(dist.kruxos(CACHE_OR_NOTHING, "setup").exit()).isZero();
        try (var cache = FileChannel.open(dist.root().resolve("lib/server.aot"), StandardOpenOption.WRITE)) {
            cache.truncate(cache.size() / 2);
        }
        assertThat(dist.kruxos(CACHE_OR_NOTHING, "setup").exit()).isNotZero();
        assertThat(dist.kruxos("", "setup").exit()).as("slower, but it runs").isZero();
    }

    /** All the other tests here are worth something because of this one. */
    @Test
    void thereIsNoJavaWhereItRuns() throws Exception {
        assertThat(dist.shell("command -v readlink").out()).isNotEmpty();
        for (var program : List.of("java", "javac", "jlink")) {
            assertThat(dist.shell("command -v " + program).out()).isEmpty();
        }
        assertThat(dist.shell("echo ${JAVA_HOME-none}").out()).isEqualTo("none\n");
        assertThat(dist.kruxos("", "version").exit()).isZero();
    }

    /** Red without {@code org.sqlite.lib.path} in bin/kruxos. */
    @Test
    void anotherUserServesFromWhereNothingCanBeWritten() throws Exception {
        var before = UnpackedPackage.run(List.of("find", dist.root().toString(), "-printf", "%p %T@ %m\n"));
        var theirs = somebody();
        assertThat(theirs.kruxos("", "setup").err()).isEmpty();
        ports(theirs.home());
        var process = theirs.serve(CACHE_OR_NOTHING);
        try {
            var proc = Path.of("/proc/" + process.pid());
            assertThat(Files.readSymbolicLink(proc.resolve("exe")))
                    .isEqualTo(dist.root().resolve("runtime/bin/java"));
            assertThat(Files.readString(proc.resolve("maps")))
                    .contains(dist.root().resolve("lib/libsqlitejdbc.so").toString())
                    .contains(dist.root().resolve("lib/server.aot").toString())
                    .doesNotContain("sqlite-")
                    .doesNotContain(System.getProperty("java.home", ""));
            assertThat(theirs.kruxos(CACHE_OR_NOTHING, "status", "--json").out())
                    .containsPattern("\"mcp\": *\\d+")
                    .as("an appliance that runs on this machine already may have its usual ports")
                    .doesNotContainPattern(": *(7700|7703|7800)\\b");
        } finally {
            UnpackedPackage.stop(process);
        }
        assertThat(theirs.kruxos(
                                "",
                                "audit",
                                "verify",
                                "--file",
                                theirs.home().resolve("audit.db").toString())
                        .out())
                .startsWith("verified ");
        assertThat(UnpackedPackage.run(List.of("find", dist.root().toString(), "-printf", "%p %T@ %m\n")))
                .isEqualTo(before);
    }

    /** Everything at once: a certificate, a server, calls, a revocation, a record that verifies. */
    @Test
    void theDemonstrationRuns() throws Exception {
        var shown = dist.kruxos("", "up", "--demo", "--once");
        assertThat(shown.exit()).as(shown.err()).isZero();
        assertThat(shown.out()).contains("[redacted]", "blocked_by_policy", "closed 1008", "records verify");
    }

    /** Bouncy Castle is found through a list of services when the JDK's own providers are not. */
    @Test
    void aStartLoadsNothingOfBouncyCastle() throws Exception {
        assertThat(dist.kruxos("", "setup").exit()).isZero();
        ports(dist.home());
        var log = folder.resolve("classes.txt");
        UnpackedPackage.stop(dist.serve("-Xlog:class+load:file=" + log));
        assertThat(Files.readAllLines(log)).hasSizeGreaterThan(1_000).noneMatch(line -> line.contains("bouncycastle"));
    }

    /**
     * Classes of picocli are compiled for Java 5: the cache cannot hold them, nor our classes that implement theirs.
     */
    @Test
    void aCommandLoadsOnlyPicocliFromJars() throws Exception {
        var log = folder.resolve("classes.txt");
        assertThat(dist.kruxos("-Xlog:class+load:file=" + log, "version").exit())
                .isZero();
        assertThat(Files.readAllLines(log))
                .anyMatch(line -> line.contains("com.kruxos.cli.") && line.contains("source: shared objects file"))
                .noneMatch(line -> line.contains("source: file:")
                        && !line.contains(" picocli.")
                        && !line.contains(" com.kruxos.cli."));
    }

    /** Somebody else where we may say so; else ourselves, where we took the right to write away. */
    private UnpackedPackage somebody() throws Exception {
        var parent = Files.createDirectories(folder.resolve("theirs"));
        var home = parent.resolve("home");
        if (!"0".equals(UnpackedPackage.run(List.of("id", "-u")).strip())) {
            UnpackedPackage.run(List.of("chmod", "-R", "a-w", dist.root().toString()));
            return dist.with(home, List.of());
        }
        UnpackedPackage.run(List.of("chown", NOBODY, parent.toString()));
        return dist.with(
                home, List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--no-new-privs"));
    }

    private static void ports(Path home) throws Exception {
        Files.writeString(
                home.resolve("kruxos.yaml"), "gateway: { port: 0 }\napi: { port: 0 }\ndashboard: { port: 0 }\n");
    }
}
