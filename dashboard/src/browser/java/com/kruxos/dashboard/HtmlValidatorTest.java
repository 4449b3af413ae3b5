package com.kruxos.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.chromium.BrowserTools;
import com.kruxos.dashboard.layout.Assets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the W3C validator on every page, the style sheet and the icon. */
class HtmlValidatorTest {
    @TempDir
    Path folder;

    @Test
    void everyPageIsValidHtml() throws Exception {
        for (var story : Storybook.stories()) {
            if (story.isPage()) {
                Files.write(folder.resolve(story.name() + ".html"), story.bytes());
            }
        }
        for (var asset : List.of(Assets.STYLE, Assets.ICON)) {
            Files.write(folder.resolve(Path.of(asset.path()).getFileName()), asset.bytes());
        }
        assertThat(runValidator()).isEmpty();
    }

    /** Proves that the test above can fail. */
    @Test
    void invalidHtmlIsReported() throws Exception {
        Files.writeString(
                folder.resolve("wrong.html"),
                "<!DOCTYPE html><html lang=en><title>x</title><p><ul><li></p></ul>",
                StandardCharsets.UTF_8);
        assertThat(runValidator()).contains("error");
    }

    private String runValidator() throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                BrowserTools.validatorJar().toAbsolutePath().toString(),
                "--errors-only",
                "--also-check-css",
                "--also-check-svg"));
        try (var files = Files.list(folder)) {
            files.map(Path::toString).sorted().forEach(command::add);
        }
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var report = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return report;
    }
}
