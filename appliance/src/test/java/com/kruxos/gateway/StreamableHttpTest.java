package com.kruxos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.TestAppliance;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streamable HTTP: what a client of each protocol version may send, and what it gets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class StreamableHttpTest {
    private TestAppliance appliance;

    @BeforeAll
    void start(@TempDir Path folder) {
        appliance = TestAppliance.start(
                folder.resolve("home"),
                Config.defaults().withCalls(new Config.CallLimits(Duration.ofSeconds(60), Duration.ofMinutes(2))));
        appliance.addFaultyServer(
                "odd", Map.of(), Map.of("ODD_LOG", folder.resolve("effects.log").toString()));
    }

    @AfterAll
    void stop() {
        appliance.close();
    }

    private HttpAgent connectedAgent(String name) {
        var agent = new HttpAgent(appliance.port(), appliance.createAgent(name));
        assertThat(agent.initialize().status()).isEqualTo(200);
        return agent;
    }

    @Test
    void aSessionBeginsWithInitializeAndEndsWithDelete() {
        try (var agent = new HttpAgent(appliance.port(), appliance.createAgent("life"))) {
            var hello = agent.initialize();
            assertThat(hello.contentType()).isEqualTo("application/json");
            assertThat(hello.json().path("result").path("protocolVersion").asString())
                    .isEqualTo("2025-11-25");
            assertThat(agent.session()).isNotBlank();
            var initialized = agent.post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
            assertThat(initialized.status()).isEqualTo(202);
            assertThat(initialized.body()).isEmpty();
            assertThat(agent.callText("\"one\"", "odd__slow", "{\"ms\":0,\"n\":\"1\"}"))
                    .isEqualTo("1 done");
            assertThat(agent.delete().status()).isEqualTo(204);
            var after = agent.call(2, "odd__slow", "{\"ms\":0}");
            assertThat(after.status()).isEqualTo(404);
            assertThat(after.body()).contains("session-gone").contains("initialize again");
            assertThat(agent.delete().status()).isEqualTo(404);
            assertThat(appliance.auditRecords().stream()
                            .filter(record -> record.path("kind").asString().equals("session.ended"))
                            .map(record -> record.path("details").path("reason").asString()))
                    .contains("the agent ended it");
        }
    }

    @Test
    void everyProtocolVersionIsSupportedAndNamed() {
        for (var version : List.of("2025-03-26", "2025-06-18", "2025-11-25")) {
            try (var agent = new HttpAgent(appliance.port(), appliance.createAgent("era-" + version))) {
                assertThat(agent.initialize(version)
                                .json()
                                .path("result")
                                .path("protocolVersion")
                                .asString())
                        .isEqualTo(version);
                var list = agent.post(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}",
                        builder -> builder.setHeader("MCP-Protocol-Version", version));
                assertThat(list.json().path("result").path("tools")).isNotEmpty();
                var wrong = agent.post(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}",
                        builder -> builder.setHeader("MCP-Protocol-Version", "1999-01-01"));
                assertThat(wrong.status()).isEqualTo(400);
                assertThat(wrong.body()).contains("2025-06-18");
            }
        }
    }

    /** An agent cannot use another agent's session. Fails when McpHttpSessions.find does not compare the agent. */
    @Test
    void anotherAgentsSessionIsUnknown() {
        try (var mine = connectedAgent("mine");
                var other = connectedAgent("other")) {
            other.session(mine.session());
            assertThat(other.call(1, "odd__slow", "{\"ms\":0}").status()).isEqualTo(404);
            assertThat(other.openStream(null).statusCode()).isEqualTo(404);
            assertThat(other.delete().status()).isEqualTo(404);
            assertThat(mine.callText(1, "odd__slow", "{\"ms\":0,\"n\":\"still\"}"))
                    .isEqualTo("still done");
        }
    }

    @Test
    void invalidMessagesAreRefusedWithAHint() {
        try (var agent = connectedAgent("faults")) {
            var plain = new String[][] {
                {"{\"jsonrpc\":\"2.0\",\"id\":1,", "-32700"},
                {"\"text\"", "-32600"},
                {"{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}", "-32700"},
                {"{\"id\":1,\"method\":\"ping\"}", "-32600"},
                {"[]", "-32600"},
                {"[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]", "-32600"},
                {"", "-32700"},
            };
            for (var fault : plain) {
                var answer = agent.post(fault[0]);
                assertThat(answer.status()).as(fault[0]).isEqualTo(400);
                assertThat(answer.body()).as(fault[0]).contains(fault[1]).contains("hint");
            }
            var broken = agent.post(new byte[] {'{', (byte) 0xC3, '}'}, builder -> builder);
            assertThat(broken.status()).isEqualTo(400);
            assertThat(broken.body()).contains("UTF-8");
            var ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
            assertThat(agent.post(ping, builder -> builder.setHeader("Content-Type", "text/plain"))
                            .status())
                    .isEqualTo(415);
            assertThat(agent.post(ping, builder -> builder.setHeader("Accept", "image/png"))
                            .status())
                    .isEqualTo(406);
            assertThat(agent.send(builder -> builder.PUT(HttpRequest.BodyPublishers.noBody()))
                            .statusCode())
                    .isEqualTo(405);
            agent.session(null);
            var without = agent.post(ping);
            assertThat(without.status()).isEqualTo(400);
            assertThat(without.body()).contains("send initialize first");
            assertThat(agent.openStream(null).statusCode()).isEqualTo(400);
            agent.session("ses_invented");
            assertThat(agent.post(ping).status()).isEqualTo(404);
        }
    }

    /** The body limit is named in the response. Fails without the limit in RequestBody. */
    @Test
    void aBodyOverTheLimitIsRefusedAndTheLimitNamed() throws IOException {
        try (var agent = connectedAgent("big")) {
            var arguments = "{\"n\":\"" + "x".repeat(9 << 20) + "\"}";
            var declared = agent.call(1, "odd__slow", arguments);
            assertThat(declared.status()).isEqualTo(413);
            assertThat(declared.body()).contains("8388608");
            var body = HttpAgent.request(1, "odd__slow", arguments).getBytes(StandardCharsets.UTF_8);
            var chunked = agent.send(builder -> builder.setHeader("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body))));
            assertThat(chunked.statusCode()).isEqualTo(413);
            assertThat(chunked.headers().firstValue("Content-Type")).contains("application/problem+json");
            try (var problem = chunked.body()) {
                assertThat(new String(problem.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(declared.body());
            }
            assertThat(agent.callText(2, "odd__big", "{\"bytes\":8000000}")).hasSize(8_000_000);
        }
    }

    @Test
    void batchesAreAcceptedInTheirProtocolVersion() {
        try (var agent = new HttpAgent(appliance.port(), appliance.createAgent("batch"))) {
            agent.initialize("2025-03-26");
            var answers = agent.post("[" + HttpAgent.request(1, "odd__slow", "{\"ms\":300,\"n\":\"a\"}") + ","
                            + "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"},"
                            + HttpAgent.request("\"1\"", "odd__slow", "{\"ms\":0,\"n\":\"b\"}") + "]")
                    .json();
            assertThat(answers).hasSize(2);
            assertThat(answers.toString()).contains("a done").contains("b done");
            assertThat(agent.post("[{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}]")
                            .status())
                    .isEqualTo(202);
            assertThat(agent.post("[{\"jsonrpc\":\"2.0\",\"id\":1},5]").status())
                    .isEqualTo(400);
        }
    }

    /** Progress reaches the agent under its own token. */
    @Test
    void progressTurnsTheResponseIntoAStream() {
        try (var agent = connectedAgent("progress")) {
            var answer = agent.post(
                    "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"odd__progress\",\"_meta\":{\"progressToken\":\"mine\"},\"arguments\":{}}}");
            assertThat(answer.isEventStream()).isTrue();
            var messages = answer.messages();
            assertThat(messages).hasSize(4);
            for (var step = 0; step < 3; step++) {
                assertThat(messages.get(step))
                        .contains("\"progressToken\":\"mine\"")
                        .contains("\"progress\":" + (step + 1));
            }
            assertThat(messages.getLast()).contains("\"id\":7").contains("three steps");
        }
    }

    /** A slow call becomes a stream with an event id at once. Fails without PostExchange.switchToStreamIfOlder. */
    @Test
    void aSlowResponseIsAResumableStream() throws Exception {
        try (var agent = connectedAgent("slow")) {
            var response = agent.send(builder -> builder.setHeader("Content-Type", "application/json")
                    .setHeader("Accept", "application/json, text/event-stream")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            HttpAgent.request(9, "odd__slow", "{\"ms\":4000,\"n\":\"late\"}"))));
            assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
            var first = HttpAgent.readBlock(response.body());
            assertThat(first).matches("id: \\d+_1\nretry: 1000\ndata: \n\n");
            response.body().close(); // the connection breaks before the response
            var id = first.substring(4, first.indexOf('\n'));
            var again = agent.openStream(id);
            assertThat(again.statusCode()).isEqualTo(200);
            var answer = HttpAgent.readEvent(again.body());
            assertThat(answer.data()).contains("\"id\":9").contains("late done");
            assertThat(HttpAgent.readBlock(again.body()))
                    .as("the stream ends behind the answer")
                    .isEmpty();
        }
    }

    /**
     * Each POST blocks its thread, and there are more of them than platform threads. Fails without
     * VirtualThreadHandler, and when HttpListener gives its pool no virtual threads.
     */
    @Test
    void manySlowCallsRunAtTheSameTime() throws Exception {
        try (var agent = connectedAgent("many");
                var all = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Future<HttpResponse<InputStream>>>();
            for (var n = 1; n <= 60; n++) {
                var text = HttpAgent.request(n, "odd__hang", "{}");
                calls.add(all.submit(() -> agent.send(builder -> builder.setHeader("Content-Type", "application/json")
                        .setHeader("Accept", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(text)))));
            }
            TestAppliance.await(
                    () -> hangingCallCount() == 60, () -> "60 calls to be under way, there are " + hangingCallCount());
            assertThat(agent.callText(99, "odd__slow", "{\"ms\":0,\"n\":\"quick\"}"))
                    .isEqualTo("quick done");
            assertThat(calls).noneMatch(Future::isDone);
            assertThat(agent.delete().status()).isEqualTo(204);
            for (var call : calls) {
                assertThat(call.get().statusCode()).isEqualTo(404);
            }
        }
    }

    private long hangingCallCount() {
        return appliance.auditRecords().stream()
                .filter(record -> record.path("kind").asString().equals("call.opened"))
                .filter(record ->
                        record.path("principal").path("name").asString().equals("many"))
                .count();
    }

    @Test
    void unsolicitedNotificationsArriveOnTheGetStream() throws IOException {
        try (var agent = connectedAgent("listener")) {
            try (var stream = agent.openStream(null).body()) {
                var grown = CompletableFuture.supplyAsync(() -> agent.callText(1, "odd__grow", "{}"));
                assertThat(HttpAgent.readEvent(stream).data()).contains("notifications/tools/list_changed");
                assertThat(grown.join()).isEqualTo("grown");
            }
        }
    }

    /**
     * A cancellation reaches the server, over HTTP. Fails without the notification in UpstreamCall.onWithdrawn, or
     * without the id of the server in it.
     */
    @Test
    void aCancellationReachesTheServerAndTheRequestHasNoResponse(@TempDir Path folder) {
        var effects = folder.resolve("effects.log");
        appliance.addFaultyServer("cancelled", Map.of(), Map.of("ODD_LOG", effects.toString()));
        try (var agent = connectedAgent("canceller")) {
            var hanging = CompletableFuture.supplyAsync(() -> agent.call("\"mine\"", "cancelled__hang", "{}"));
            TestAppliance.await(
                    () -> TestAppliance.readLines(effects).contains("call hang "), () -> "the call to be under way");
            agent.post(
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"mine\",\"reason\":\"enough\"}}");
            var ended = hanging.join();
            assertThat(ended.status()).isEqualTo(200);
            assertThat(ended.body()).doesNotContain("mine");
            TestAppliance.await(
                    () -> TestAppliance.readLines(effects).size() == 4,
                    () -> "the server to stop: " + TestAppliance.readLines(effects));
            var id = TestAppliance.readLines(effects).getLast().replace("stopped ", "");
            assertThat(TestAppliance.readLines(effects))
                    .containsExactly("initialize", "call hang ", "cancelled " + id, "stopped " + id);
            assertThat(agent.callText(6, "cancelled__slow", "{\"ms\":0,\"n\":\"next\"}"))
                    .isEqualTo("next done");
        }
    }

    /**
     * Nothing is sent to an agent after its key is revoked, over HTTP. Fails without the abort of posts and the
     * discarding of streams in McpHttpSession.terminate.
     */
    @Test
    void revocationEndsStreamsAndInFlightRequests() throws IOException {
        var key = appliance.createAgent("revoked");
        try (var agent = new HttpAgent(appliance.port(), key)) {
            agent.initialize();
            var hanging = CompletableFuture.supplyAsync(() -> agent.call(5, "odd__hang", "{}"));
            try (var stream = agent.openStream(null).body()) {
                TestAppliance.await(
                        () -> appliance
                                .adminClient()
                                .get("/sessions")
                                .json()
                                .path("items")
                                .valueStream()
                                .anyMatch(session -> session.path("in_flight").asInt() == 1),
                        () -> "the call to be under way");
                assertThat(appliance
                                .adminClient()
                                .post("/agents/revoked/revoke", "{}")
                                .status())
                        .isEqualTo(200);
                var end = HttpAgent.readBlock(stream);
                while (end.startsWith("id: ")) {
                    end = HttpAgent.readBlock(stream);
                }
                assertThat(end).isEmpty();
            }
            assertThat(hanging.join().body()).doesNotContain("\"id\":5");
            assertThat(agent.call(6, "odd__slow", "{\"ms\":0}").status()).isEqualTo(401);
        }
    }
}
