package com.kruxos.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.ProductVersion;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The Debian package of this build.
 *
 * @param version as dpkg knows it
 */
record DebianPackage(Path file, String version) {
    /** Where it puts the runtime folder. */
    static final String INSTALLED = "/usr/lib/kruxos";

    private static final Path DIST = Path.of("target", "kruxos-" + ProductVersion.text());

    /** Made of the runtime folder that this build has put together just before. */
    static DebianPackage make(Path folder) throws Exception {
        assertThat(jarsOfThisBuild())
                .as("jars of this build")
                .isNotEmpty()
                .allSatisfy(jar -> assertThat(DIST.resolve("lib").resolve(jar.getFileName()))
                        .hasSameBinaryContentAs(jar));
        var said = ProgramResult.of(Path.of("debian", "build").toString(), DIST.toString(), folder.toString())
                .well();
        return new DebianPackage(Path.of(said.strip()), ProductVersion.text());
    }

    /** What Maven has just made and lets these tests see. */
    private static List<Path> jarsOfThisBuild() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(place -> place.getFileName().toString().matches("kruxos-.*\\.jar"))
                .toList();
    }

    /**
     * The same program as a release that comes after this one: it has a higher number, and lets the service have a
     * little more memory.
     */
    DebianPackage next(Path folder, int memoryMebibytes) throws Exception {
        var content = folder.resolve("next");
        ProgramResult.of("dpkg-deb", "--raw-extract", file.toString(), content.toString())
                .well();
        var later = version + "+next";
        replace(content.resolve("DEBIAN/control"), "(?m)^Version: .*$", "Version: " + later);
        replace(
                content.resolve("usr/lib/systemd/system/kruxos.service"),
                "(?m)^MemoryMax=.*$",
                "MemoryMax=" + memoryMebibytes + "M");
        var made = folder.resolve("next.deb");
        ProgramResult.of("dpkg-deb", "--root-owner-group", "-Znone", "--build", content.toString(), made.toString())
                .well();
        return new DebianPackage(made, later);
    }

    private static void replace(Path file, String line, String other) throws Exception {
        var text = Files.readString(file);
        var changed = text.replaceAll(line, other);
        assertThat(changed).isNotEqualTo(text);
        Files.writeString(file, changed);
    }

    /** Of every file in it, one line: its sum and its name, as {@link #sums(String)} says them of an installed one. */
    static String sums() throws Exception {
        return ProgramResult.of("sh", "-c", sums(DIST.toString())).well();
    }

    static String sums(String folder) {
        return "cd '" + folder + "' && find . -type f ! -name kruxos-child | LC_ALL=C sort | xargs sha256sum";
    }
}
