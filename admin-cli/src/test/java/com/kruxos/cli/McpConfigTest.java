package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Row C8, at the command: what is written, what is only shown, and what never is. */
class McpConfigTest {
    private static final String KEY = "0123456789abcdef".repeat(4);
    private static final String GATEWAY = "--gateway=http://127.0.0.1:7700";

    @TempDir
    Path home;

    @Test
    void checkWritesNothingAndTells() throws IOException {
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

    /** Red without Entry.hideKeys and LooksSecret in {@code withoutSecrets}. */
    @Test
    void aDifferenceShowsNoSecretOfAnybody() throws IOException {
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
        assertThat(run.err()).contains("holds a key in clear");
        assertThat(file).hasContent(before);
        assertThat(run("--client", "claude", "--file", file.toString()).err()).contains("holds a key in clear");
        assertThat(Files.readString(file)).contains(token).doesNotContain(KEY);
    }

    @Test
    void modeAndLinkStay() throws IOException {
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
    void whatCannotBeReadIsRefusedWithItsLine() throws IOException {
        var file = home.resolve("a.json");
        Files.writeString(file, "{\n  \"mcpServers\": {,}\n}");
        var run = run("--client", "claude", "--file", file.toString());
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).startsWith("error: line 2: this is not JSON");
        assertThat(file).hasContent("{\n  \"mcpServers\": {,}\n}");
    }

    @Test
    void aKeyIsNoNameOfAVariable() {
        var run = run("--client", "generic", "--variable", KEY);
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).doesNotContain(KEY);
        var inUrl = Run.of(home, "mcp-config", "--client", "generic", "--gateway", "http://h:1/mcp?token=" + KEY);
        assertThat(inUrl.exit()).isEqualTo(2);
        assertThat(inUrl.err()).doesNotContain(KEY);
    }

    @Test
    void theShimIsNamedByItsWholePath() {
        var run = Run.on(home)
                .variable("KRUXOS_COMMAND", "/opt/kruxos/./kruxos")
                .run("mcp-config", "--client", "generic", "--transport", "stdio");
        assertThat(run.out())
                .contains("\"command\": \"/opt/kruxos/kruxos\"")
                .contains("\"args\": [\"mcp-shim\", \"--gateway\"]")
                .contains("\"KRUXOS_AGENT_KEY\": \"${KRUXOS_AGENT_KEY}\"");
    }

    private Run run(String... arguments) {
        var words = new ArrayList<>(List.of("mcp-config", GATEWAY));
        words.addAll(List.of(arguments));
        return Run.of(home, words.toArray(String[]::new));
    }
}
