package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.Appliance;
import com.kruxos.HomeDirectory;
import com.kruxos.HomeInitializer;
import com.kruxos.config.Config;
import com.kruxos.vault.KeyFiles;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Remote servers: the two meanings of --url, and secrets that are refused in arguments. */
class RemoteServerOptionsTest {
    private static final String LOOKS_SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0";

    @TempDir
    Path home;

    /**
     * Fails without {@code spec.remove} in RemoteServerOptions.replaceInheritedUrl: the API would be asked at the
     * server's URL.
     */
    @Test
    void urlBelongsToTheServerAfterTheCommandAndToTheApiBefore() {
        var folder = new HomeDirectory(home);
        HomeInitializer.initialize(folder, KeyFiles.in(home), InstantSource.system());
        try (var _ =
                Appliance.start(Config.defaults().withPort(0), folder, KeyFiles.in(home), InstantSource.system())) {
            var port = CliRun.run(home, "status", "--json").out().replaceAll("(?s).*\"api\": ([0-9]+).*", "$1");
            var token = CliRun.run(home, "user-token", "create", "--label", "x", "--scope", "admin", "--quiet")
                    .out()
                    .strip();
            var both = CliRun.with(home)
                    .variable("KRUXOS_USER_TOKEN", token)
                    .variable("KRUXOS_URL", "http://127.0.0.1:1")
                    .run("--url", "http://127.0.0.1:" + port, "server", "add", "a", "--url", "http://127.0.0.1:9/mcp");
            assertThat(both.exit()).as(both.err()).isZero();
            var bySocket = CliRun.run(home, "server", "add", "b", "--url", "ws://127.0.0.1:9/mcp");
            assertThat(bySocket.exit()).as(bySocket.err()).isZero();
            assertThat(CliRun.run(home, "server", "list").out())
                    .contains("COMMAND OR URL", "http://127.0.0.1:9/mcp", "ws://127.0.0.1:9/mcp");
            // Everywhere else it is the API's, in the same group too.
            var list = CliRun.with(home)
                    .variable("KRUXOS_USER_TOKEN", token)
                    .run("server", "list", "--url", "http://127.0.0.1:" + port);
            assertThat(list.exit()).as(list.err()).isZero();
        }
    }

    @Test
    void theHelpExplainsBothUrls() {
        assertThat(CliRun.run(home, "server", "add", "--help").out())
                .contains("remote MCP server", "--url URL", "--bearer", "--header")
                .doesNotContain("API address");
        assertThat(CliRun.run(home, "server", "list", "--help").out()).contains("API address");
    }

    /** What only looks like a secret: refused as such, and taken with --not-secret. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--url https://example.com/mcp?a=" + LOOKS_SECRET,
                "--url https://example.com/mcp?api_key=open-sesame",
                "--url https://example.com/" + LOOKS_SECRET + "/mcp",
                "--url https://example.com/mcp --header X-Team:" + LOOKS_SECRET,
                "--url https://example.com/mcp --header X-Team:{secret:a/b}," + LOOKS_SECRET,
            })
    void notSecretOverridesTheDetector(String options) throws Exception {
        try (var _ = FakeAppliance.on(home)) {
            var line = ("server add x " + options).split(" ");
            var refused = CliRun.run(home, line);
            assertThat(refused.exit()).isEqualTo(4);
            assertThat(refused.err()).contains("--not-secret").doesNotContain(LOOKS_SECRET, "open-sesame");
            assertThat(CliRun.run(home, (String.join(" ", line) + " --not-secret").split(" "))
                            .exit())
                    .isZero();
        }
    }

    /** No --not-secret helps where a value certainly stands. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--url https://me:open-sesame@example.com/mcp",
                "--url https://example.com/mcp --bearer open-sesame",
                "--url https://example.com/mcp --bearer secret:",
                "--url https://example.com/mcp --header Authorization:open-sesame",
                "--url https://example.com/mcp --header X-Api-Key:open-sesame",
                "--url https://example.com/mcp --header Cookie:open-sesame",
                "--url https://example.com/mcp --header X-Csrf-Token:",
            })
    void secretsInArgumentsAreRefusedAndNotRepeated(String options) {
        var run = CliRun.run(home, ("server add x --not-secret " + options).split(" "));
        assertThat(run.exit()).as(run.err()).isIn(2, 4);
        assertThat(run.err()).contains("kruxos secret put").doesNotContain("open-sesame");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--url https://example.com/mcp -- run",
                "--url https://example.com/mcp --env A=secret:a/b",
                "--url https://example.com/mcp --secret-env A --stdin",
                "--url https://example.com/mcp --plain-env A=b",
                "--url https://example.com/mcp --cwd /tmp",
                "--bearer secret:a/b -- run",
                "--header X-A:b -- run",
                "https://example.com/mcp",
                "--url https://example.com/mcp --bearer secret:a/b --header authorization:{secret:a/b}",
            })
    void exactlyOneOfUrlAndCommandIsRequired(String options) {
        var run = CliRun.run(home, ("server add x " + options).split(" "));
        assertThat(run.exit()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains("hint: ");
    }
}
