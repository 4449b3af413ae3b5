package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.SmallDisk;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** An appliance on a full disk makes no call, reports the condition, and recovers without a restart. */
@Timeout(180)
class FullDiskTest {
    @TempDir
    Path folder;

    /**
     * Fails when CallPipeline does not handle AuditWriteFailed, when the intent is recorded after the dispatch, and
     * when the gateway is always ready.
     */
    @Test
    void callsAreRefusedWhileTheDiskIsFullAndServedAgainLater() throws Exception {
        var effects = folder.resolve("effects.log");
        try (var disk = SmallDisk.mount(48);
                var trial = TestAppliance.start(disk.folder().resolve("home"))) {
            trial.putSecret("odd/token", "kept-through-a-full-disk");
            trial.addFaultyServer(
                    "odd", Map.of("ODD_SECRET", "secret:odd/token"), Map.of("ODD_LOG", effects.toString()));
            try (var agent = trial.connectAgent("caller")) {
                for (var round = 0; round < 2; round++) {
                    disk.fill();
                    var refused = callUntilRefused(agent);
                    assertThat(refused.path("error").path("message").asString()).contains("cannot be recorded");
                    assertThat(refused.path("error").path("data").path("hint").asString())
                            .contains("free some MiB");
                    assertThat(status(trial, "/readyz")).isEqualTo(503);
                    assertThat(status(trial, "/healthz")).isEqualTo(200);

                    var before = TestAppliance.readLines(effects).size();
                    for (var n = 0; n < 20; n++) {
                        assertThat(agent.call(1_000_000 + n, "odd__echo", "{}").has("error"))
                                .isTrue();
                    }
                    assertThat(TestAppliance.readLines(effects))
                            .as("calls that were made")
                            .hasSize(before);

                    assertThat(agent.request(2_000_000, "tools/list", "{}")
                                    .path("result")
                                    .path("tools"))
                            .isNotEmpty();
                    assertThat(trial.adminClient().get("/audit?limit=5").status())
                            .isEqualTo(200);
                    assertThat(trial.adminClient().get("/status").body()).contains("the disk is full");
                    var changed = trial.adminClient().post("/agents", "{\"name\":\"late-" + round + "\"}");
                    assertThat(changed.status()).as(changed.body()).isEqualTo(503);

                    disk.free();
                    TestAppliance.await(() -> status(trial, "/readyz") == 200, () -> "the appliance to be ready again");
                    assertThat(agent.callText(3_000_000, "odd__slow", "{\"ms\":0,\"n\":\"back\"}"))
                            .isEqualTo("back done");
                }
                assertThat(trial.adminClient().get("/secrets/odd/token").body()).isEqualTo("kept-through-a-full-disk");
            }
            var verified = trial.adminClient().get("/audit/verify").json();
            assertThat(verified.path("ok").asBoolean()).as(verified.toString()).isTrue();
        }
    }

    /** The audit log reserves space for calls in flight, so some calls still succeed; each is recorded. */
    private static JsonNode callUntilRefused(WebSocketAgent agent) {
        for (var n = 0; n < 100_000; n++) {
            var answer = agent.call(n, "odd__slow", "{\"ms\":0,\"n\":\"" + n + "\"}");
            if (answer.has("error")) {
                return answer;
            }
        }
        throw new AssertionError("no call was refused on a full disk");
    }

    private static int status(TestAppliance trial, String path) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + trial.port() + path))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
