package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Command lines that are wrong: exit code 2, help, and never an echo of what may be a secret. */
class UsageErrorHandlerTest {
    private static final String SECRET = "hunter2-hunter2";

    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource({
        "agnet, kruxos agent",
        "secrets, kruxos secret",
        "user, kruxos user-token",
        "statsu, kruxos status",
        "serv, kruxos server"
    })
    void anUnknownCommandSuggestsTheNearest(String word, String near) {
        var run = CliRun.run(home, word);
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo("error: \"" + word + "\" is not a command of kruxos\nhint: did you mean: " + near + "\n");
    }

    @Test
    void anUnknownCommandWithoutSuggestionPointsToTheHelp() {
        assertThat(CliRun.run(home, "agent", "xyzzy").err())
                .isEqualTo("error: \"xyzzy\" is not a command of kruxos agent\nhint: see: kruxos agent --help\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret put github/token " + SECRET,
                "secret put github/token --value=" + SECRET,
                "secret put github/token -p" + SECRET,
                "secret put --stdin=" + SECRET + " github/token",
                "secret get github/token " + SECRET,
                "server add x --secret-env TOKEN=" + SECRET + " -- run",
                "server add x --env TOKEN=" + SECRET + " -- run",
                "server add x --env " + SECRET + " -- run",
                "server add x --plain-env GITHUB_TOKEN=" + SECRET + " -- run",
                "server add x -- run --api-key " + SECRET,
                "server add x -- run --api-key=" + SECRET,
                "server add x -- run DB_PASSWORD=" + SECRET,
                "server add x --url https://example.com/mcp --bearer " + SECRET,
                "server add x --url https://example.com/mcp --bearer secret:" + SECRET + "/a/b",
                "server add x --url https://example.com/mcp --header " + SECRET,
                "server add x --url https://example.com/mcp --header X-Api-Key:" + SECRET,
                "server add x --url https://example.com/mcp --header X-Auth-Token: {secret:a/b} " + SECRET,
                "server add x --url https://example.com/mcp --header Cookie:{secret:a/b" + SECRET,
                "server add x --url https://me:" + SECRET + "@example.com/mcp",
                "server add x --url https://" + SECRET + "@example.com/mcp",
                "server add x --url https://example.com/mcp?api_key=" + SECRET,
                "server add x --url https://example.com/mcp?key=" + SECRET,
                "server add x --url https://example.com/mcp#" + SECRET,
                "server add x --url ftp://example.com/" + SECRET,
                "server add x --url https://%%/" + SECRET,
                "server add x https://example.com/mcp?" + SECRET,
                "audit query --limit " + SECRET,
                "agent show a " + SECRET,
            })
    void argumentsAreNeverRepeated(String line) {
        var run = CliRun.run(home, line.split(" "));
        assertThat(run.exit()).isIn(2, 4);
        assertThat(run.err()).doesNotContain(SECRET).startsWith("error: ").contains("hint: ");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aMissingOptionIsNamed() {
        var run = CliRun.run(home, "agent", "create");
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("error: --name NAME is missing\nhint: see: kruxos agent create --help\n");
    }

    @Test
    void aGroupWithoutACommandPrintsItsHelpAndFails() {
        var run = CliRun.run(home, "agent");
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("create", "revoke");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aServerOptionWithoutDashesIsExplained() {
        assertThat(CliRun.run(home, "server", "add", "x", "npx", "-y", "pkg").err())
                .contains("-- COMMAND");
    }
}
