package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.FaultyHttpServer;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.TestAppliance;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An oversized response fails its own call and affects no other. */
@Timeout(180)
class OversizedResponseTest {
    private static final int MIB = 1 << 20;
    private static final String LIMIT = "more than 16777216 bytes";

    @TempDir
    Path folder;

    private TestAppliance trial;

    @BeforeEach
    void start() {
        trial = TestAppliance.start(folder.resolve("home"));
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private static String bigArguments(int mib, String id) {
        return "{\"bytes\":" + mib * MIB + ",\"id\":\"" + id + "\"}";
    }

    /** Fails without Instance.onDropped: the call would wait for its timeout. */
    @ParameterizedTest
    @ValueSource(strings = {"first", "last"})
    void anOversizedStdioResponseFailsOnlyItsCall(String id) {
        trial.addFaultyServer("odd");
        try (var other = trial.connectAgent("other");
                var socket = trial.connectAgent("socket");
                var http = new HttpAgent(trial.port(), trial.createAgent("http"))) {
            http.initialize();
            var pid = socket.callText(1, "odd__pid", "{}");
            other.sendCall(1, "odd__slow", "{\"ms\":2000,\"n\":\"meanwhile\"}");
            assertThat(socket.call(2, "odd__big", bigArguments(40, id))
                            .path("error")
                            .path("message")
                            .asString())
                    .contains("server odd", LIMIT);
            assertThat(http.call(2, "odd__big", bigArguments(40, id))
                            .json()
                            .path("error")
                            .path("message")
                            .asString())
                    .contains("server odd", LIMIT);
            assertThat(other.awaitResponse(1)).contains("meanwhile done");
            assertThat(socket.callText(3, "odd__big", bigArguments(15, id))).hasSize(15 * MIB);
            assertThat(http.call(3, "odd__pid", "{}").body()).contains(pid);
            assertThat(socket.callText(4, "odd__pid", "{}")).isEqualTo(pid);
        }
    }

    /** Fails when SseConnection does not drop it: all calls over the legacy transport would be lost. */
    @ParameterizedTest
    @ValueSource(strings = {"JSON", "events", "the older transport"})
    void anOversizedHttpResponseFailsOnlyItsCall(String way) throws IOException {
        try (var server = FaultyHttpServer.start()) {
            server.respondAsEvents(way.equals("events"));
            var url = way.startsWith("the older") ? server.legacySseUrl() : server.url();
            var added = trial.adminClient().post("/servers", "{\"name\":\"far\",\"url\":\"" + url + "\"}");
            assertThat(added.status()).as(added.body()).isEqualTo(201);
            trial.awaitState("far", "ready");
            try (var other = trial.connectAgent("other");
                    var agent = trial.connectAgent("agent")) {
                other.sendCall(1, "far__slow", "{\"ms\":2000,\"n\":\"meanwhile\"}");
                assertThat(agent.call(1, "far__big", bigArguments(40, ""))
                                .path("error")
                                .path("message")
                                .asString())
                        .contains("server far", LIMIT);
                assertThat(other.awaitResponse(1)).contains("meanwhile");
                assertThat(agent.callText(2, "far__big", bigArguments(15, ""))).hasSize(15 * MIB);
            }
            assertThat(server.count("call:big")).isEqualTo(2);
            assertThat(server.count("initialize")).isEqualTo(1);
        }
    }

    /** Fails when AgentWebSocketConnection does not wait: the third response would disconnect the agent. */
    @Test
    void aSlowReaderGetsAllLongResponses() {
        trial.addFaultyServer("odd");
        try (var agent = trial.connectAgent("slow")) {
            agent.stopReading();
            for (var call = 1; call <= 6; call++) {
                agent.sendCall(call, "odd__big", bigArguments(12, "first"));
            }
            TestAppliance.await(
                    () -> trial.auditRecords().stream()
                                    .filter(record ->
                                            record.path("kind").asString().equals("call.closed"))
                                    .count()
                            == 6,
                    () -> "six answers");
            agent.resumeReading();
            for (var call = 1; call <= 6; call++) {
                assertThat(agent.awaitMessage(text -> text.length() > 12 * MIB)).hasSizeLessThan(12 * MIB + 1_000);
            }
            assertThat(agent.callText(7, "odd__slow", "{\"n\":\"still here\"}")).isEqualTo("still here done");
        }
    }
}
