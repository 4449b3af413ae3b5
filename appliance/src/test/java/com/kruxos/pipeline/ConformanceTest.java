package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.NpmPrograms;
import com.kruxos.peers.TestAppliance;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The official conformance suite, run through the gateway against a fixture server without a prefix. The suite also
 * validates every message against the schema of the protocol version.
 */
@Timeout(600)
class ConformanceTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The required scenarios of 2025-11-25, and three optional ones. */
    private static final int SCENARIOS = 33;

    /** Checks that may be INFO, and why. Any other status than SUCCESS is a failure, SKIPPED included. */
    private static final Map<String, String> INFORMATIONAL = Map.of(
            "outgoing-request", "what the suite sent",
            "incoming-response", "what it got",
            "incoming-sse-event", "what it got",
            "stream-closed", "what it saw",
            "server-sse-streams-functional", "a quick answer is one JSON text: record 17 in docs/decisions.md",
            "server-sse-disconnect-resume", "a line that breaks before the gateway is mended there, and not seen here");

    @TempDir
    Path folder;

    /**
     * Fails when progress loses its token, logs arrive after the response, a server request is not relayed, HostFilter
     * accepts any Host, list members are dropped, or DELETE is answered with 405.
     */
    @Test
    void everyScenarioOf20251125Passes() throws Exception {
        var peers = NpmPrograms.ensureInstalled();
        var results = folder.resolve("results");
        try (var trial = TestAppliance.start(folder.resolve("home"))) {
            var fixture = JSON.createObjectNode()
                    .put("name", "fixture")
                    .put("sessions", "per-agent")
                    .put("prefix", false);
            peers.conformanceFixtureCommand().forEach(fixture.putArray("command")::add);
            assertThat(trial.adminClient().post("/servers", fixture.toString()).status())
                    .isEqualTo(201);
            trial.awaitState("fixture", "ready");
            var url = "http://localhost:" + trial.port() + "/mcp?token=" + trial.createAgent("suite");
            // The output contains the agent key, so it is discarded; the result files do not contain it.
            var suite = new ProcessBuilder(peers.conformanceCommand(url, "2025-11-25", results))
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.DISCARD)
                    .start();
            assertThat(suite.waitFor(500, TimeUnit.SECONDS)).isTrue();
            assertThat(findFailures(results)).isEmpty();
            assertThat(suite.exitValue()).isZero();
        }
    }

    private static List<String> findFailures(Path results) throws IOException {
        var wrong = new ArrayList<String>();
        var scenarios = 0;
        try (var folders = Files.list(results)) {
            for (var scenario : folders.sorted().toList()) {
                scenarios++;
                var passed = 0;
                for (var check : JSON.readTree(scenario.resolve("checks.json"))) {
                    passed += check.path("status").asString().equals("SUCCESS") ? 1 : 0;
                    collectFailure(scenario, check, wrong);
                }
                if (passed == 0) {
                    wrong.add(scenario.getFileName() + " has no check that passed");
                }
            }
        }
        assertThat(scenarios).isEqualTo(SCENARIOS);
        return wrong;
    }

    private static void collectFailure(Path scenario, JsonNode check, List<String> wrong) {
        var status = check.path("status").asString();
        var id = check.path("id").asString();
        if (!status.equals("SUCCESS") && !(status.equals("INFO") && INFORMATIONAL.containsKey(id))) {
            wrong.add(scenario.getFileName() + " " + id + " " + status + ": "
                    + check.path("errorMessage").asString(""));
        }
    }
}
