package com.kruxos.pipeline;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Call counters have the outcomes and numbers of the audit log. */
@Timeout(300)
class CallMetricsTest {
    private static final Pattern CALLS = Pattern.compile("(?m)^kruxos_calls_total\\{outcome=\"([a-z_]+)\"} (\\d+)$");
    private static final String NO_ARGUMENTS = "{}";

    @TempDir
    Path folder;

    private TestAppliance trial;
    private String token = "";

    /** Fails when CallAudit counts no outcome or RecordedOutcome mixes two up. */
    @Test
    void everyRecordedOutcomeIsCounted() throws Exception {
        var limits = new Config.CallLimits(Duration.ofSeconds(10), Duration.ofMinutes(1));
        try (var started =
                TestAppliance.start(folder.resolve("home"), Config.defaults().withCalls(limits))) {
            trial = started;
            trial.putSecret("odd/token", "needed-to-start");
            trial.addFaultyServer("odd", Map.of("ODD_SECRET", "secret:odd/token"), Map.of());
            token = trial.adminClient()
                    .post("/user-tokens", "{\"label\":\"watcher\"}")
                    .json()
                    .path("token")
                    .asString();
            assertThat(scrapedOutcomes().values()).containsOnly(0L).hasSize(7);
            try (var agent = trial.connectAgent("bot")) {
                produceEveryOutcome(agent);
            }
            var expected = Map.of(
                    "answered",
                    2L,
                    "error",
                    1L,
                    "refused",
                    3L,
                    "cancelled",
                    1L,
                    "timed_out",
                    1L,
                    "lost",
                    1L,
                    "not_sent",
                    1L);
            TestAppliance.await(
                    () -> scrapedOutcomes().equals(expected), () -> "the figures, they are " + scrapedOutcomes());
            assertThat(recordedOutcomes()).isEqualTo(expected);
        }
    }

    private void produceEveryOutcome(WebSocketAgent agent) {
        agent.callText(1, "odd__slow", "{\"ms\":0}");
        agent.callText(2, "odd__slow", "{\"ms\":0}");
        agent.call(3, "odd__fail", NO_ARGUMENTS);
        agent.call(4, "odd__no_such_tool", NO_ARGUMENTS);
        agent.call(5, "nowhere", NO_ARGUMENTS);
        agent.request(6, "no/such", NO_ARGUMENTS);
        cancelCall(agent);
        agent.call(8, "odd__hang", NO_ARGUMENTS);
        agent.call(9, "odd__crash", NO_ARGUMENTS);
        // Without its secret the server is not restarted.
        assertThat(trial.adminClient().delete("/secrets/odd/token").status()).isEqualTo(200);
        agent.call(10, "odd__slow", NO_ARGUMENTS);
    }

    private void cancelCall(WebSocketAgent agent) {
        agent.sendCall(7, "odd__hang", NO_ARGUMENTS);
        TestAppliance.await(
                () -> trial.auditRecords().stream()
                        .anyMatch(record -> record.path("kind").asString().equals("call.opened")
                                && record.path("target").asString("").equals("odd/hang")),
                () -> "the call to begin");
        agent.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":7}}");
        TestAppliance.await(() -> recordedOutcomes().containsKey("cancelled"), () -> "the call to be taken back");
    }

    private Map<String, Long> recordedOutcomes() {
        return trial.auditRecords().stream()
                .filter(record -> record.path("kind").asString().matches("call\\.(closed|refused)"))
                .collect(groupingBy(record -> record.path("outcome").asString(), TreeMap::new, counting()));
    }

    /** Reads the metrics on the API port with a token that may only read. */
    private Map<String, Long> scrapedOutcomes() {
        var port = trial.adminClient()
                .get("/status")
                .json()
                .path("ports")
                .path("api")
                .asInt();
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .header("Authorization", "Bearer " + token)
                .build();
        var text = WebSocketAgent.CLIENT
                .sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .join()
                .body();
        return CALLS.matcher(text)
                .results()
                .collect(java.util.stream.Collectors.toMap(
                        line -> line.group(1), line -> Long.parseLong(line.group(2))));
    }
}
