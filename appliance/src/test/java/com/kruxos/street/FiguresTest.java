package com.kruxos.street;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.RawAgent;
import com.kruxos.peers.Trial;
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

/** A scrape tells how calls ended, in the words and numbers of the record. */
@Timeout(300)
class FiguresTest {
    private static final Pattern CALLS = Pattern.compile("(?m)^kruxos_calls_total\\{outcome=\"([a-z_]+)\"} (\\d+)$");
    private static final String NO_ARGUMENTS = "{}";

    @TempDir
    Path folder;

    private Trial trial;
    private String token = "";

    // Red when Ledger.close or Ledger.refused counts nothing, when Ending.of mixes up two of them, and without
    // `calls::endings` in Appliance.
    @Test
    void everyOutcomeIsCountedAsItIsRecorded() throws Exception {
        var limits = new Config.Calls(Duration.ofSeconds(10), Duration.ofMinutes(1));
        try (var started = Trial.start(folder.resolve("home"), Config.defaults().withCalls(limits))) {
            trial = started;
            trial.secret("odd/token", "needed-to-start");
            trial.oddServer("odd", Map.of("ODD_SECRET", "secret:odd/token"), Map.of());
            token = trial.api()
                    .post("/user-tokens", "{\"label\":\"watcher\"}")
                    .json()
                    .path("token")
                    .asString();
            assertThat(scraped().values()).containsOnly(0L).hasSize(7);
            try (var agent = trial.connected("bot")) {
                endInEveryWay(agent);
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
            Trial.await(() -> scraped().equals(expected), () -> "the figures, they are " + scraped());
            assertThat(recorded()).isEqualTo(expected);
        }
    }

    private void endInEveryWay(RawAgent agent) {
        agent.callText(1, "odd__slow", "{\"ms\":0}");
        agent.callText(2, "odd__slow", "{\"ms\":0}");
        agent.call(3, "odd__fail", NO_ARGUMENTS);
        agent.call(4, "odd__no_such_tool", NO_ARGUMENTS);
        agent.call(5, "nowhere", NO_ARGUMENTS);
        agent.ask(6, "no/such", NO_ARGUMENTS);
        takenBack(agent);
        agent.call(8, "odd__hang", NO_ARGUMENTS);
        agent.call(9, "odd__crash", NO_ARGUMENTS);
        // Without its secret the server is not started again.
        assertThat(trial.api().delete("/secrets/odd/token").status()).isEqualTo(200);
        agent.call(10, "odd__slow", NO_ARGUMENTS);
    }

    private void takenBack(RawAgent agent) {
        agent.sendCall(7, "odd__hang", NO_ARGUMENTS);
        Trial.await(
                () -> trial.records().stream()
                        .anyMatch(record -> record.path("kind").asString().equals("call.opened")
                                && record.path("target").asString("").equals("odd/hang")),
                () -> "the call to begin");
        agent.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":7}}");
        Trial.await(() -> recorded().containsKey("cancelled"), () -> "the call to be taken back");
    }

    private Map<String, Long> recorded() {
        return trial.records().stream()
                .filter(record -> record.path("kind").asString().matches("call\\.(closed|refused)"))
                .collect(groupingBy(record -> record.path("outcome").asString(), TreeMap::new, counting()));
    }

    /** As a watcher does it: on the port, with a token that may read. */
    private Map<String, Long> scraped() {
        var port = trial.api().get("/status").json().path("ports").path("api").asInt();
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .header("Authorization", "Bearer " + token)
                .build();
        var text = RawAgent.CLIENT
                .sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .join()
                .body();
        return CALLS.matcher(text)
                .results()
                .collect(java.util.stream.Collectors.toMap(
                        line -> line.group(1), line -> Long.parseLong(line.group(2))));
    }
}
