package com.kruxos.cli.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file is exchanged as a whole or not at all. */
class SettingsFileTest {
    private static final byte[] OURS = "ours".getBytes(StandardCharsets.UTF_8);

    /** Where Linux has a disk in memory. */
    private static final Path MEMORY = Path.of("/dev/shm");

    @TempDir
    Path folder;

    /** Fails without {@code isUnchanged} in SettingsFile.write. */
    @Test
    void aConcurrentChangeIsNotOverwritten() throws IOException {
        var file = Files.writeString(folder.resolve("a.json"), "{}");
        var settings = SettingsFile.read(file);
        Files.writeString(file, "{\"theirs\": 1}");
        assertThatThrownBy(() -> settings.write(OURS))
                .isInstanceOf(SettingsNotEditable.class)
                .hasMessageContaining("changed by another program");
        assertThat(file).hasContent("{\"theirs\": 1}");
        assertThat(folder.toFile().list()).containsExactly("a.json");
    }

    @Test
    void aFileCreatedOrDeletedMeanwhileIsNotTouched() throws IOException {
        var file = folder.resolve("a.json");
        var absent = SettingsFile.read(file);
        Files.writeString(file, "{}");
        assertThatThrownBy(() -> absent.write(OURS)).isInstanceOf(SettingsNotEditable.class);
        assertThat(file).hasContent("{}");
        var present = SettingsFile.read(file);
        Files.delete(file);
        assertThatThrownBy(() -> present.write(OURS)).isInstanceOf(SettingsNotEditable.class);
        assertThat(file).doesNotExist();
    }

    @Test
    void aDanglingLinkCreatesItsTarget() throws IOException {
        var link = Files.createSymbolicLink(folder.resolve("link"), Path.of("deep/../new.json"));
        Files.createDirectory(folder.resolve("deep"));
        SettingsFile.read(link).write(OURS);
        assertThat(link).isSymbolicLink();
        assertThat(folder.resolve("new.json")).hasContent("ours");
    }

    @Test
    void directoriesAndLinkCyclesAreRefused() throws IOException {
        assertThatThrownBy(() -> SettingsFile.read(folder)).hasMessageContaining("is not a file");
        var a = folder.resolve("a");
        Files.createSymbolicLink(a, folder.resolve("b"));
        Files.createSymbolicLink(folder.resolve("b"), a);
        assertThatThrownBy(() -> SettingsFile.read(a)).hasMessageContaining("is a cycle of links");
    }

    @Test
    void parentDirectoriesAreCreated() {
        var file = folder.resolve(".vscode/mcp.json");
        SettingsFile.read(file).write(OURS);
        assertThat(file).hasContent("ours");
    }

    /**
     * Whoever reads it while it is rewritten finds one version or another, whole. Fails when SettingsFile.write fills
     * the file itself, and when it takes the old one away before it moves the new one.
     */
    @Test
    void readersSeeWholeVersionsOnly() throws Exception {
        var file = folder.resolve("a.json");
        var versions = List.of("a".repeat(300_000), "b".repeat(200_000));
        Files.writeString(file, versions.getFirst());
        var over = new AtomicBoolean();
        var seen = new ConcurrentSkipListSet<String>();
        try (var threads = Executors.newSingleThreadExecutor()) {
            var reader = threads.submit(() -> {
                while (!over.get()) {
                    var text = Files.readString(file);
                    seen.add(versions.contains(text) ? text.substring(0, 1) : "a piece of " + text.length());
                }
                return null;
            });
            for (var n = 1; n <= 200 || (seen.size() < 2 && !reader.isDone()); n++) {
                SettingsFile.read(file).write(versions.get(n % 2).getBytes(StandardCharsets.UTF_8));
            }
            over.set(true);
            reader.get();
        }
        assertThat(seen).containsExactly("a", "b");
        assertThat(folder.toFile().list()).containsExactly("a.json");
    }

    /** Fails when SettingsFile.write fills the file itself: another name for the old one would change with it. */
    @Test
    void theFileIsReplacedNotRewritten() throws IOException {
        var file = Files.writeString(folder.resolve("a.json"), "theirs");
        var other = Files.createLink(folder.resolve("other name"), file);
        SettingsFile.read(file).write(OURS);
        assertThat(file).hasContent("ours");
        assertThat(other).hasContent("theirs");
        assertThat(inode(file)).isNotEqualTo(inode(other));
    }

    /** Fails when the new one is created in the folder for such files, which lies on another disk. */
    @Test
    @EnabledIf("hasAnotherDisk")
    void theTemporaryFileIsInTheSameDirectory() throws IOException {
        var place = Files.createTempDirectory(MEMORY, "kruxos");
        try {
            var file = Files.writeString(place.resolve("a.json"), "theirs");
            SettingsFile.read(file).write(OURS);
            assertThat(file).hasContent("ours");
        } finally {
            Files.deleteIfExists(place.resolve("a.json"));
            Files.delete(place);
        }
    }

    static boolean hasAnotherDisk() throws IOException {
        return Files.isWritable(MEMORY)
                && !Files.getFileStore(MEMORY)
                        .equals(Files.getFileStore(Path.of(System.getProperty("java.io.tmpdir"))));
    }

    /** Fails without {@code copyModeAndOwner}. */
    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "rw-r-----", "rw-rw-rw-", "r--r--r--", "rwxr-x--x"})
    void theFileModeIsKept(String mode) throws IOException {
        var file = Files.writeString(folder.resolve("a.json"), "theirs");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        SettingsFile.read(file).write(OURS);
        assertThat(file).hasContent("ours");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo(mode);
    }

    /** For root alone: red without the first half of {@code copyModeAndOwner}. */
    @Test
    void theFileOwnerIsKept() throws IOException {
        var file = Files.writeString(folder.resolve("a.json"), "theirs");
        assumeThat(Files.getOwner(file).getName()).isEqualTo("root");
        Files.setAttribute(file, "unix:uid", 65534);
        Files.setAttribute(file, "unix:gid", 65534);
        SettingsFile.read(file).write(OURS);
        assertThat(file).hasContent("ours");
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(65534);
        assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(65534);
    }

    @Test
    void chainsOfLinksAreKept() throws IOException {
        var far = Files.createDirectories(folder.resolve("far/away"));
        var file = Files.writeString(far.resolve("real.json"), "theirs");
        var middle = Files.createSymbolicLink(folder.resolve("far/middle"), Path.of("away/real.json"));
        var link = Files.createSymbolicLink(folder.resolve("link"), middle);
        SettingsFile.read(link).write(OURS);
        assertThat(link).isSymbolicLink();
        assertThat(middle).isSymbolicLink();
        assertThat(file).hasContent("ours").isRegularFile();
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(far.toFile().list()).containsExactly("real.json");
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }
}
