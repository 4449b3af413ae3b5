package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What mcp-config writes, what it only prints, and that it never contains a key. */
class McpConfigCommandTest {
    private static final String KEY = "0123456789abcdef".repeat(4);
    private static final String GATEWAY = "--gateway=http://127.0.0.1:7700";

    @TempDir
    Path home;

    @Test
    void checkReportsByExitCodeAndWritesNothing() throws IOException {
        var file = home.resolve("a.json");
        assertThat(run("--client", "claude", "--file", file.toString(), "--check")
                        .exit())
                .isEqualTo(1);
        assertThat(file).doesNotExist();
        assertThat(run("--client", "claude", "--file", file.toString()).exit()).isZero();
        assertThat(run("--client", "claude", "--file", file.toString(), "--check")
                        .exit())
                .isZero();
        assertThat(run("--client", "claude", "--file", file.toString(), "--check", "--name", "other")
                        .exit())
                .isEqualTo(1);
    }

    /** Fails without Entry.hideKeys and SecretDetector in {@code withoutSecrets}. */
    @Test
    void diffHidesSecrets() throws IOException {
        var file = home.resolve("a.json");
        var token = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7";
        Files.writeString(file, """
                {
                  "mcpServers": {
                    "github": {"env": {"GITHUB_TOKEN": "%s"}},
                    "kruxos": {"type": "ws", "headers": {"Authorization": "Bearer %s"}}
                  }
                }
                """.formatted(token, KEY));
        var before = Files.readString(file);
        var run = run("--client", "claude", "--file", file.toString(), "--diff");
        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("@@ -1,6 +1,6 @@", "-    \"kruxos\"", "[hidden]", "${KRUXOS_AGENT_KEY}");
        assertThat(run.out() + run.err()).doesNotContain(token).doesNotContain(KEY);
        assertThat(run.err()).contains("contains a key in plain text");
        assertThat(file).hasContent(before);
        assertThat(run("--client", "claude", "--file", file.toString()).err()).contains("contains a key in plain text");
        assertThat(Files.readString(file)).contains(token).doesNotContain(KEY);
    }

    /**
     * What others wrote stays to the byte in every client's own file, whatever is done to our entry; and what need not
     * change is not written anew. Fails without the look at {@code isUnchanged} in McpConfigCommand.edit.
     */
    @ParameterizedTest
    @EnumSource(SettingsSample.class)
    void otherContentIsKeptByteForByte(SettingsSample settings) throws IOException {
        var file = home.resolve(settings.file);
        Files.createDirectories(file.getParent());
        Files.writeString(file, settings.before);
        for (var transport : List.of("http", "stdio", "http")) {
            var run = runForClient(settings, "--transport", transport);
            assertThat(run.exit()).as(run.err()).isZero();
            var after = Files.readString(file);
            assertThat(after).contains("kruxos").isNotEqualTo(settings.before);
            assertThat(after).startsWith(settings.start).endsWith(settings.end);
            var written = Files.getAttribute(file, "unix:ino");
            assertThat(runForClient(settings, "--transport", transport).exit()).isZero();
            assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(written);
        }
        assertThat(runForClient(settings, "--remove").exit()).isZero();
        assertThat(file).content().isEqualTo(settings.before);
    }

    /** The exit codes that scripts go by, and that neither option writes; fails when either goes on to the writing. */
    @ParameterizedTest
    @EnumSource(SettingsSample.class)
    void checkAndDiffLeaveTheFileUnchanged(SettingsSample settings) throws IOException {
        var file = home.resolve(settings.file);
        Files.createDirectories(file.getParent());
        Files.writeString(file, settings.before);
        untouched(file, () -> {
            assertThat(runForClient(settings, "--check").exit()).isEqualTo(1);
            assertThat(runForClient(settings, "--check", "--remove").exit()).isZero();
            assertThat(runForClient(settings, "--diff", "--remove").out()).isEmpty();
            var diff = runForClient(settings, "--diff");
            assertThat(diff.exit()).isZero();
            assertThat(diff.out()).contains("+++ ", "kruxos");
        });
        assertThat(runForClient(settings).exit()).isZero();
        untouched(file, () -> {
            assertThat(runForClient(settings, "--check").exit()).isZero();
            assertThat(runForClient(settings, "--check", "--remove").exit()).isEqualTo(1);
            assertThat(runForClient(settings, "--check", "--variable", "ANOTHER")
                            .exit())
                    .isEqualTo(settings == SettingsSample.VSCODE ? 0 : 1);
            var nothing = runForClient(settings, "--diff");
            assertThat(nothing.exit()).isZero();
            assertThat(nothing.out()).isEmpty();
            assertThat(runForClient(settings, "--diff", "--remove").out()).contains("--- ", "kruxos");
        });
        Files.writeString(file, "= {");
        untouched(file, () -> {
            assertThat(runForClient(settings, "--check").exit()).isEqualTo(1);
            assertThat(runForClient(settings, "--diff").exit()).isEqualTo(1);
        });
        assertThat(run("--client", "generic", "--check").exit()).isEqualTo(2);
        assertThat(run("--client", "generic", "--diff").exit()).isEqualTo(2);
    }

    private interface CheckedRun {
        void run() throws IOException;
    }

    private static void untouched(Path file, CheckedRun step) throws IOException {
        var before = Files.readAllBytes(file);
        var state = List.of(
                Files.getAttribute(file, "unix:ino"),
                Files.getAttribute(file, "unix:ctime"),
                Files.getLastModifiedTime(file));
        step.run();
        assertThat(file).hasBinaryContent(before);
        assertThat(List.of(
                        Files.getAttribute(file, "unix:ino"),
                        Files.getAttribute(file, "unix:ctime"),
                        Files.getLastModifiedTime(file)))
                .isEqualTo(state);
    }

    /** A client's file for all projects, as its owner and other programs left it. */
    enum SettingsSample {
        CLAUDE(
                ".claude.json",
                "{\t\"numStartups\":  7,\r\n \"mcpServers\" : {\r\n\t\t\"git hub\" : { \"command\":\"npx\" ,\"args\" : [ ] }\r\n\t},"
                        + "\r\n \"projects\": {\"/home/ada\": {\"mcpServers\": {}}} }",
                "{\t\"numStartups\":  7,\r\n \"mcpServers\" : {\r\n\t\t\"git hub\" : { \"command\":\"npx\" ,\"args\" : [ ] }",
                ",\r\n \"projects\": {\"/home/ada\": {\"mcpServers\": {}}} }"),
        VSCODE(
                ".config/Code/User/mcp.json",
                "// ours\n{\n  \"servers\": { // all\n    \"a\": { \"url\": \"https://a.example/\", }, /* } */\n  },\n  \"inputs\": [ {\"id\": \"theirs\"} ],\n}\n// end",
                "// ours\n{\n  \"servers\": { // all\n    \"a\": { \"url\": \"https://a.example/\", }, /* } */\n",
                ",\n}\n// end"),
        CURSOR(
                ".cursor/mcp.json",
                "{ \"mcpServers\":\n  { \"b\": {\"url\":\"https:\\/\\/b.example\\/\",\"n\":1.50E+3}\n  } }\n",
                "{ \"mcpServers\":\n  { \"b\": {\"url\":\"https:\\/\\/b.example\\/\",\"n\":1.50E+3}",
                "\n  } }\n"),
        CODEX(
                ".codex/config.toml",
                "model = 'x' # [mcp_servers.kruxos]\n\n[ mcp_servers . \"c\" ]\ncommand = \"npx\"  # kept\nenv = { A = \"1\" }\n",
                "model = 'x' # [mcp_servers.kruxos]\n\n[ mcp_servers . \"c\" ]\ncommand = \"npx\"  # kept\nenv = { A = \"1\" }\n",
                "");

        private final String file;
        private final String before;
        private final String start;
        private final String end;

        /**
         * @param start everything in front of the place for our entry
         * @param end everything behind it
         */
        SettingsSample(String file, String before, String start, String end) {
            this.file = file;
            this.before = before;
            this.start = start;
            this.end = end;
        }
    }

    private CliRun runForClient(SettingsSample settings, String... arguments) {
        var words = new ArrayList<>(List.of("--client", settings.name().toLowerCase(Locale.ROOT), "--user"));
        words.addAll(List.of(arguments));
        return run(words.toArray(String[]::new));
    }

    @Test
    void fileModeAndSymbolicLinkAreKept() throws IOException {
        var real = Files.createDirectories(home.resolve("dotfiles")).resolve("mcp.json");
        Files.writeString(real, "{}\n");
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
        var link = Files.createSymbolicLink(home.resolve("link.json"), Path.of("dotfiles/mcp.json"));
        assertThat(run("--client", "cursor", "--file", link.toString()).exit()).isZero();
        assertThat(link).isSymbolicLink();
        assertThat(real).content().contains("${env:KRUXOS_AGENT_KEY}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real)))
                .isEqualTo("rw-r-----");
        try (var files = Files.list(real.getParent())) {
            assertThat(files).as("nothing is left behind").containsExactly(real);
        }
    }

    @Test
    void invalidJsonIsRefusedWithItsLineNumber() throws IOException {
        var file = home.resolve("a.json");
        Files.writeString(file, "{\n  \"mcpServers\": {,}\n}");
        var run = run("--client", "claude", "--file", file.toString());
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).startsWith("error: line 2: this is not valid JSON");
        assertThat(file).hasContent("{\n  \"mcpServers\": {,}\n}");
    }

    @Test
    void aKeyIsRejectedAsVariableName() {
        var run = run("--client", "generic", "--variable", KEY);
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).doesNotContain(KEY);
        var inUrl = CliRun.run(home, "mcp-config", "--client", "generic", "--gateway", "http://h:1/mcp?token=" + KEY);
        assertThat(inUrl.exit()).isEqualTo(2);
        assertThat(inUrl.err()).doesNotContain(KEY);
    }

    @Test
    void theShimIsNamedByItsAbsolutePath() {
        var run = CliRun.with(home)
                .variable("KRUXOS_COMMAND", "/opt/kruxos/./kruxos")
                .run("mcp-config", "--client", "generic", "--transport", "stdio");
        assertThat(run.out())
                .contains("\"command\": \"/opt/kruxos/kruxos\"")
                .contains("\"args\": [\"mcp-shim\", \"--gateway\"]")
                .contains("\"KRUXOS_AGENT_KEY\": \"${KRUXOS_AGENT_KEY}\"");
    }

    private CliRun run(String... arguments) {
        var words = new ArrayList<>(List.of("mcp-config", GATEWAY));
        words.addAll(List.of(arguments));
        return CliRun.run(home, words.toArray(String[]::new));
    }
}
