package com.kruxos.cli.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is exchanged as a whole or not at all. */
class SettingsFileTest {
    private static final byte[] OURS = "ours".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    /** Red without {@code same} in SettingsFile.write. */
    @Test
    void whatAnotherProgramWroteMeanwhileStays() throws IOException {
        var file = Files.writeString(folder.resolve("a.json"), "{}");
        var settings = SettingsFile.read(file);
        Files.writeString(file, "{\"theirs\": 1}");
        assertThatThrownBy(() -> settings.write(OURS))
                .isInstanceOf(CannotEdit.class)
                .hasMessageContaining("changed by another program");
        assertThat(file).hasContent("{\"theirs\": 1}");
        assertThat(folder.toFile().list()).containsExactly("a.json");
    }

    @Test
    void aFileThatAppearedOrWentMeanwhileIsNotTouched() throws IOException {
        var file = folder.resolve("a.json");
        var absent = SettingsFile.read(file);
        Files.writeString(file, "{}");
        assertThatThrownBy(() -> absent.write(OURS)).isInstanceOf(CannotEdit.class);
        assertThat(file).hasContent("{}");
        var present = SettingsFile.read(file);
        Files.delete(file);
        assertThatThrownBy(() -> present.write(OURS)).isInstanceOf(CannotEdit.class);
        assertThat(file).doesNotExist();
    }

    @Test
    void aLinkToAFileThatIsNotThereMakesIt() throws IOException {
        var link = Files.createSymbolicLink(folder.resolve("link"), Path.of("deep/../new.json"));
        Files.createDirectory(folder.resolve("deep"));
        SettingsFile.read(link).write(OURS);
        assertThat(link).isSymbolicLink();
        assertThat(folder.resolve("new.json")).hasContent("ours");
    }

    @Test
    void aFolderAndACircleOfLinksAreRefused() throws IOException {
        assertThatThrownBy(() -> SettingsFile.read(folder)).hasMessageContaining("is no file");
        var a = folder.resolve("a");
        Files.createSymbolicLink(a, folder.resolve("b"));
        Files.createSymbolicLink(folder.resolve("b"), a);
        assertThatThrownBy(() -> SettingsFile.read(a)).hasMessageContaining("leads nowhere");
    }

    @Test
    void foldersOnTheWayAreMade() {
        var file = folder.resolve(".vscode/mcp.json");
        SettingsFile.read(file).write(OURS);
        assertThat(file).hasContent("ours");
    }
}
