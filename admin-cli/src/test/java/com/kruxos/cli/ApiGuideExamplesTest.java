package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.Appliance;
import com.kruxos.HomeDirectory;
import com.kruxos.HomeInitializer;
import com.kruxos.config.Config;
import com.kruxos.vault.KeyFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/api.md, typed into a shell as it stands: every block works, and says what the page says it does. */
class ApiGuideExamplesTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\n(.*?)^```$");
    private static final String MARK = "=== block ";

    /** @param said what the page says it prints, with … for anything; empty when it says nothing */
    private record Block(String language, String code, String said) {}

    @TempDir
    Path folder;

    @Test
    void everyBlockDoesWhatThePageSays() throws Exception {
        needed("curl", "/usr/bin/python3", "bash");
        var home = new HomeDirectory(folder.resolve("home"));
        var keys = KeyFiles.in(home.folder());
        HomeInitializer.initialize(home, keys, InstantSource.system());
        try (var _ = Appliance.start(Config.defaults().withPort(0), home, keys, InstantSource.system())) {
            var port =
                    CliRun.run(home.folder(), "status", "--json").out().replaceAll("(?s).*\"api\": ([0-9]+).*", "$1");
            var blocks = blocks();
            assertThat(blocks).hasSizeGreaterThan(10);
            var printed = run(script(blocks), home.folder(), "http://127.0.0.1:" + port);
            assertThat(printed).hasSize(blocks.size());
            for (var i = 0; i < blocks.size(); i++) {
                if (!blocks.get(i).said().isEmpty()) {
                    assertThat(printed.get(i))
                            .as(blocks.get(i).code())
                            .matches(pattern(blocks.get(i).said()));
                }
            }
        }
    }

    private static List<Block> blocks() throws IOException {
        var page = Files.readString(Path.of("..", "docs", "api.md"));
        var blocks = new ArrayList<Block>();
        BLOCK.matcher(page).results().forEach(found -> {
            switch (found.group(1)) {
                case "sh", "python" -> blocks.add(new Block(found.group(1), found.group(2), ""));
                case "text" -> {
                    var code = blocks.removeLast();
                    blocks.add(new Block(
                            code.language(), code.code(), found.group(2).strip()));
                }
                default -> {}
            }
        });
        return blocks;
    }

    private static String script(List<Block> blocks) {
        return blocks.stream()
                .map(block -> "printf '\\n" + MARK + "\\n'\n"
                        + (block.language().equals("python")
                                ? "API=$API /usr/bin/python3 - <<'END'\n" + block.code() + "END\n"
                                : block.code()))
                .collect(Collectors.joining("", "set -eu -o pipefail\n", ""));
    }

    private List<String> run(String script, Path home, String api) throws Exception {
        var bin = Files.createDirectories(folder.resolve("bin"));
        var kruxos = Files.writeString(bin.resolve("kruxos"), """
                #!/bin/sh
                exec '%s' -XX:TieredStopAtLevel=1 -cp '%s' com.kruxos.cli.Kruxos "$@"
                """.formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"), System.getProperty("java.class.path")));
        Files.setPosixFilePermissions(kruxos, PosixFilePermissions.fromString("rwx------"));
        var work = Files.createDirectories(folder.resolve("work"));
        var process = new ProcessBuilder(
                        "bash",
                        Files.writeString(folder.resolve("script"), script).toString())
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        var environment = process.environment();
        environment.put("PATH", bin + ":" + environment.get("PATH"));
        environment.put("KRUXOS_HOME", home.toString());
        environment.put("API", api);
        environment.keySet().removeAll(List.of("KRUXOS_URL", "KRUXOS_USER_TOKEN"));
        var running = process.start();
        assertThat(running.waitFor(3, TimeUnit.MINUTES)).isTrue();
        var output = Files.readString(folder.resolve("output"), StandardCharsets.UTF_8);
        assertThat(running.exitValue()).as(output).isZero();
        var parts = List.of(output.split(Pattern.quote(MARK), -1));
        return parts.subList(1, parts.size()).stream().map(String::strip).toList();
    }

    private static Pattern pattern(String said) {
        return Pattern.compile(
                Pattern.compile("…").splitAsStream(said).map(Pattern::quote).collect(Collectors.joining(".*"))
                        + (said.endsWith("…") ? ".*" : ""));
    }

    private static void needed(String... programs) throws Exception {
        for (var program : programs) {
            var found = new ProcessBuilder("sh", "-c", "command -v " + program)
                    .redirectErrorStream(true)
                    .start()
                    .waitFor();
            if (found != 0) {
                assertThat(System.getenv("CI")).as("CI must have " + program).isNotEqualTo("true");
                Assumptions.abort("skipped: there is no " + program + " here");
            }
        }
    }
}
