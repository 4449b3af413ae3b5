package com.kruxos.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration and the plain start, as processes of their own, the way a newcomer runs them. */
class DemoTest {
    private static final Pattern FINGERPRINT = Pattern.compile("fingerprint ([0-9a-f]{16})");

    @TempDir
    Path folder;

    @Test
    void theDemonstrationShowsWhatItPromisesInTwentyFourLinesAndLeavesNothingBehind() throws Exception {
        var told = run(0, "--demo", "--once");
        assertThat(told)
                .hasSizeLessThanOrEqualTo(24)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
        var text = String.join("\n", told);
        assertThat(text)
                .contains("lent", "refused", "revoked", "proved", "[redacted]", "blocked_by_policy", "closed 1008");
        assertThat(text).containsPattern("shows in record \\d+:");
        var prints = FINGERPRINT.matcher(text);
        assertThat(prints.find()).isTrue();
        var ours = prints.group(1);
        assertThat(prints.find()).as("the server tells the fingerprint too").isTrue();
        assertThat(prints.group(1)).isEqualTo(ours);
        assertThat(leftBehind()).isEmpty();
    }

    @Test
    void upPreparesAnEmptyHomeServesAndKeepsItsHomeForTheNextTime() throws Exception {
        var home = folder.resolve("home");
        for (var start = 0; start < 2; start++) {
            var process = start("--home", home.toString(), "--port-offset", "21345");
            try (var out = process.inputReader(StandardCharsets.UTF_8)) {
                var lines = new ArrayList<String>();
                for (var line = out.readLine(); line != null && !line.contains("^C"); line = out.readLine()) {
                    lines.add(line);
                }
                assertThat(String.join("\n", lines)).contains("ws://127.0.0.1:29045/mcp");
                assertThat(String.join("\n", lines).contains("A new home was prepared"))
                        .isEqualTo(start == 0);
                process.destroy();
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void aFolderOfSomebodyElseAndAnUnknownOptionAreRefused() throws Exception {
        var stranger = Files.createDirectories(folder.resolve("stranger"));
        Files.writeString(stranger.resolve("thesis.txt"), "mine");
        assertThat(run(1, "--home", stranger.toString()))
                .anyMatch(line -> line.startsWith("error: ") && line.contains("thesis.txt"))
                .anyMatch(line -> line.startsWith("hint: "));
        assertThat(run(2, "--dmeo")).anyMatch(line -> line.contains("unknown option --dmeo"));
    }

    private List<String> run(int status, String... arguments) throws Exception {
        var process = start(arguments);
        var lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(String.join("\n", lines)).isEqualTo(status);
        return lines;
    }

    private Process start(String... arguments) throws IOException {
        var temporary = Files.createDirectories(folder.resolve("tmp"));
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                "com.kruxos.firstboot.Up"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("KRUXOS_HOME");
        builder.environment().put("HOME", folder.resolve("user").toString());
        return builder.start();
    }

    private List<Path> leftBehind() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("tmp"))) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith("kruxos-"))
                    .toList();
        }
    }
}
