package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** One call, end to end, through a real appliance to a real process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndToEndCallTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SECRET = "pl4nted/secret+value=\"x\"";

    private TestAppliance trial;
    private Path effects;

    @BeforeAll
    void start(@TempDir Path folder) {
        effects = folder.resolve("effects.log");
        trial = TestAppliance.start(
                folder.resolve("home"),
                Config.defaults()
                        .withCalls(new Config.CallLimits(Duration.ofSeconds(30), Duration.ofMinutes(1)))
                        .withPolicy(new Config.PolicyRules(
                                true, List.of(new Config.PolicyRule(false, "*", "odd", "delete_*")))));
        trial.putSecret("odd/token", SECRET);
        trial.addFaultyServer(
                "odd",
                Map.of("ODD_SECRET", "secret:odd/token"),
                Map.of("ODD_LOG", effects.toString(), "ODD_NOISE", "1"));
    }

    @AfterAll
    void stop() {
        trial.close();
    }

    /** Tool definitions keep every member. Fails when FeatureDefinition.withName changes more than the name. */
    @Test
    void toolsAreListedWithOnlyTheirNamesChanged() {
        try (var agent = trial.connectAgent("lister")) {
            agent.sendRequest(1, "tools/list", "{}");
            var text = agent.awaitResponse(1);
            assertThat(text).contains("""
                            {"name":"odd__echo","inputSchema":{"type":"object","maximum":9007199254740993},\
                            "x-own":{"kept":true}}""");
            assertThat(text).as("what policy blocks is not shown").doesNotContain("delete_all");
        }
    }

    /** Requests keep their bytes. Fails when a message is serialized again instead of spliced. */
    @Test
    void onlyIdMethodAndNameAreRewrittenInARequest() {
        try (var agent = trial.connectAgent("echo")) {
            var arguments = "{\"big\":9007199254740993,\"f\":1.10,\"u\":\"\\u00e9\\/\", \"list\":[ 1,2 ],\"own\":null}";
            agent.send("""
                    {"jsonrpc":"2.0", "x-own":[1], "id":"a","method":"tools/c\\u0061ll",\
                    "params":{"name":"odd__echo","_meta":{"own":2},"arguments":%s}}""".formatted(arguments));
            var answer = agent.awaitResponse("\"a\"");
            var arrived = JSON.readTree(answer)
                    .path("result")
                    .path("content")
                    .path(0)
                    .path("text")
                    .asString();
            assertThat(arrived)
                    .matches(
                            "\\{\"jsonrpc\":\"2.0\", \"x-own\":\\[1], \"id\":\\d+,\"method\":\"tools/call\",\"params\":\\{\"name\":\"echo\",\"_meta\":\\{\"own\":2},\"arguments\":"
                                    + java.util.regex.Pattern.quote(arguments) + "}}");
            assertThat(answer)
                    .contains("\"structuredContent\":{\"n\":9007199254740993,\"n\":1},\"_meta\":{\"own\":1.50}");
        }
    }

    @Test
    void newlinesBetweenTokensDoNotSplitAMessage() {
        try (var agent = trial.connectAgent("newlines")) {
            agent.send("""
                    {
                    "jsonrpc":"2.0",\r
                    "id":1,"method":"tools/call","params":{"name":"odd__pid",
                    "arguments":{}}}""");
            assertThat(agent.awaitResponse(1)).contains("\"text\"");
        }
    }

    /** The server has the secret; the agent never sees it. Fails without the redaction in UpstreamCall.replyResult. */
    @Test
    void theSecretIsRedactedFromResults() throws Exception {
        try (var agent = trial.connectAgent("leaks")) {
            var hash = java.util.HexFormat.of()
                    .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                            .digest(SECRET.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            assertThat(agent.callText(1, "odd__leak", "{\"how\":\"hash\"}")).isEqualTo(hash);
            assertThat(agent.callText(2, "odd__leak", "{}")).isEqualTo("the secret is [redacted]");
            for (var how : List.of("base64", "hex", "url")) {
                assertThat(agent.callText("\"" + how + "\"", "odd__leak", "{\"how\":\"" + how + "\"}"))
                        .contains("[redacted]");
            }
        }
    }

    @Test
    void theSecretIsRedactedFromErrors() {
        try (var agent = trial.connectAgent("errors")) {
            agent.sendCall(1, "odd__fail", "{}");
            assertThat(agent.awaitResponse(1)).isEqualTo("""
                            {"jsonrpc":"2.0","id":1,"error":{"code":-32042,"message":"no: [redacted]",\
                            "data":{"own":[1,2]}}}""");
            TestAppliance.await(
                    () -> trial.adminClient().get("/servers/odd/logs").body().contains("my token is [redacted]"),
                    () -> "the error stream in the log");
        }
    }

    /** Fails when UpstreamCall forwards our progress token. */
    @Test
    void progressArrivesInOrderUnderTheAgentsTokenBeforeTheResult() {
        try (var agent = trial.connectAgent("progress")) {
            agent.sendRequest(
                    "\"p1\"",
                    "tools/call",
                    "{\"name\":\"odd__progress\",\"_meta\":{\"progressToken\":\"tok\\u0065n\"},\"arguments\":{}}");
            for (var step = 1; step <= 3; step++) {
                assertThat(agent.awaitMessage(text -> true)).isEqualTo("""
                                {"jsonrpc":"2.0","method":"notifications/progress",\
                                "params":{"progressToken":"tok\\u0065n","progress":%d,"own":"[redacted]"}}""".formatted(step));
            }
            assertThat(agent.awaitMessage(text -> true)).contains("three steps");
        }
    }

    @Test
    void agentsThatUseTheSameIdsGetTheirOwnResponses() {
        var agents = new ArrayList<WebSocketAgent>();
        try {
            for (var i = 0; i < 8; i++) {
                agents.add(trial.connectAgent("same-ids-" + i));
            }
            for (var id = 1; id <= 20; id++) {
                for (var i = 0; i < agents.size(); i++) {
                    // The first call is answered last.
                    agents.get(i)
                            .sendCall(id, "odd__slow", "{\"n\":\"" + i + "-" + id + "\",\"ms\":" + (50 - id * 2) + "}");
                }
            }
            for (var i = 0; i < agents.size(); i++) {
                for (var left = new HashSet<>(numbers(20)); !left.isEmpty(); ) {
                    var answer = JSON.readTree(agents.get(i).awaitMessage(text -> true));
                    var id = answer.path("id").asInt();
                    assertThat(left.remove(id)).isTrue();
                    assertThat(answer.path("result")
                                    .path("content")
                                    .path(0)
                                    .path("text")
                                    .asString())
                            .isEqualTo(i + "-" + id + " done");
                }
            }
        } finally {
            agents.forEach(WebSocketAgent::close);
        }
    }

    /** Fails when UpstreamCall.onWithdrawn sends the agent's id. */
    @Test
    void aCancellationIsForwardedUnderTheUpstreamIdAndNotAnswered() {
        try (var agent = trial.connectAgent("canceller")) {
            agent.sendCall("\"c\"", "odd__hang", "{\"n\":\"cancel-me\"}");
            TestAppliance.await(() -> hasEffect("call hang cancel-me"), () -> "the call to arrive");
            agent.send("""
                    {"jsonrpc":"2.0","method":"notifications/cancelled",\
                    "params":{"requestId":"c","reason":"changed my mind"}}""");
            TestAppliance.await(() -> hasEffect("stopped"), () -> "the server to stop");
            assertThat(agent.callText(2, "odd__pid", "{}")).matches("\\d+");
            assertThat(agent.poll(TimeUnit.MILLISECONDS.toNanos(50))).isNull();
        }
    }

    /** Fails without the withdrawal at the end of a session. */
    @Test
    void aDisconnectedAgentCancelsItsCalls() {
        var agent = trial.connectAgent("vanisher");
        agent.sendCall(1, "odd__hang", "{\"n\":\"vanish\"}");
        TestAppliance.await(() -> hasEffect("call hang vanish"), () -> "the call to arrive");
        var before = TestAppliance.readLines(effects).stream()
                .filter(line -> line.startsWith("stopped"))
                .count();
        agent.abort();
        TestAppliance.await(
                () -> TestAppliance.readLines(effects).stream()
                                .filter(line -> line.startsWith("stopped"))
                                .count()
                        > before,
                () -> "the cancellation to reach the server");
    }

    @Test
    void aBlockedToolIsRefusedWithAHint() {
        try (var agent = trial.connectAgent("blocked")) {
            var answer = agent.call(1, "odd__delete_all", "{}");
            assertThat(answer.path("result").path("isError").asBoolean()).isTrue();
            var text = JSON.readTree(
                    answer.path("result").path("content").path(0).path("text").asString());
            assertThat(text.path("error").asString()).isEqualTo("blocked_by_policy");
            assertThat(text.path("hint").asString()).isNotBlank();
            var seq = text.path("reference").asString().replace("audit:", "");
            assertThat(trial.auditRecords()).anySatisfy(record -> {
                assertThat(record.path("seq").asString()).isEqualTo(seq);
                assertThat(record.path("outcome").asString()).isEqualTo("refused");
                assertThat(record.path("decision").path("rule").asString()).isEqualTo("rule 1");
            });
            assertThat(hasEffect("call delete_all")).isFalse();
        }
    }

    @Test
    void everyCallIsRecordedAsIntentAndOutcomeWithDigestsOnly() {
        try (var agent = trial.connectAgent("recorded")) {
            agent.call(1, "odd__slow", "{\"n\":\"visible-argument\",\"ms\":1}");
        }
        var mine = trial.auditRecords().stream()
                .filter(record ->
                        record.path("principal").path("name").asString("").equals("recorded"))
                .filter(record -> record.path("kind").asString().startsWith("call."))
                .toList();
        assertThat(mine).hasSize(2);
        assertThat(mine.get(0).path("outcome").asString()).isEqualTo("open");
        assertThat(mine.get(0).path("target").asString()).isEqualTo("odd/slow");
        assertThat(mine.get(0).path("details").path("arguments_digest").asString())
                .startsWith("hmac-sha256:");
        assertThat(mine.get(1).path("outcome").asString()).isEqualTo("answered");
        assertThat(mine.get(1).path("details").path("opened").asLong())
                .isEqualTo(mine.get(0).path("seq").asLong());
        assertThat(mine.get(1).path("details").path("credentials").toString()).isEqualTo("[\"odd/token@1\"]");
        assertThat(mine.toString()).doesNotContain("visible-argument");
    }

    @Test
    void invalidOutputIsSkippedAndPingsAreAnswered() {
        try (var agent = trial.connectAgent("noisy")) {
            assertThat(agent.callText(1, "odd__noise", "{}")).isEqualTo("after the noise");
            assertThat(trial.adminClient().get("/servers/odd/logs").body())
                    .contains("warming up")
                    .contains("this is not JSON");
        }
    }

    @Test
    void unknownToolsAndMethodsAreRefusedAndRecorded() {
        try (var agent = trial.connectAgent("unknowns")) {
            assertThat(agent.call(1, "odd__nothing", "{}")
                            .path("error")
                            .path("code")
                            .asInt())
                    .isEqualTo(-32602);
            assertThat(agent.call(2, "echo", "{}").path("error").path("code").asInt())
                    .isEqualTo(-32602);
            assertThat(agent.request(3, "resources/read", "{\"uri\":\"file:///etc/passwd\"}")
                            .path("error")
                            .path("code")
                            .asInt())
                    .isEqualTo(-32002);
            assertThat(agent.request(5, "tasks/list", "{}")
                            .path("error")
                            .path("code")
                            .asInt())
                    .isEqualTo(-32601);
            assertThat(agent.request(4, "tools/call", "{\"name\":7}")
                            .path("error")
                            .path("code")
                            .asInt())
                    .isEqualTo(-32602);
            var refused = trial.auditRecords().stream()
                    .filter(record ->
                            record.path("principal").path("name").asString("").equals("unknowns"))
                    .filter(record -> record.path("outcome").asString().equals("refused"))
                    .count();
            assertThat(refused).isEqualTo(5);
        }
    }

    /**
     * The limit for messages on a WebSocket. Fails without the limit in MessageAssembler, without the number in the
     * close reason, and (rarely) when later frames are not dropped.
     */
    @Test
    void eightMebibytesAreForwardedAndLargerMessagesRefused() {
        try (var agent = trial.connectAgent("big")) {
            var size = (8 << 20) - 4_096;
            assertThat(agent.callText(1, "odd__big", "{\"bytes\":" + size + "}"))
                    .hasSize(size);
            agent.sendCall(2, "odd__slow", "{\"ms\":1,\"n\":\"4M\",\"fill\":\"" + "y".repeat(4 << 20) + "\"}");
            assertThat(agent.awaitResponse(2)).contains("4M done");
        }
        var agent = trial.connectAgent("too-big");
        try {
            // One byte too many. Jetty closes right after the close frame. A reset for unread bytes could overtake
            // that frame.
            var frame = "{\"fill\":\"\"}";
            agent.send("{\"fill\":\"" + "z".repeat((8 << 20) - frame.length() + 1) + "\"}");
        } catch (CompletionException e) {
            // The gateway closes before everything is sent.
        }
        assertThat(agent.closeCode()).isEqualTo(1009);
        assertThat(agent.closeReason()).isEqualTo("a message may have at most 8388608 bytes");
    }

    /** Fails when MessageAssembler takes a frame for a message or decodes frames one by one. */
    @Test
    void charactersSplitBetweenFramesArePreserved() {
        try (var agent = trial.connectAgent("seams")) {
            for (var shift = 0; shift < 4; shift++) {
                var text = "x".repeat(shift) + "\u00fc\u20ac\ud834\udd1e".repeat(30_000);
                assertThat(agent.callText(shift, "odd__slow", "{\"ms\":1,\"n\":\"" + text + "\"}"))
                        .isEqualTo(text + " done");
            }
        }
    }

    @Test
    void invalidMessagesAreAnsweredAndTheConnectionStaysOpen() {
        try (var agent = trial.connectAgent("bad-frames")) {
            agent.send("{nonsense");
            assertThat(agent.awaitMessage(text -> true)).contains("-32700").contains("\"id\":null");
            agent.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}");
            assertThat(agent.awaitMessage(text -> true)).contains("-32700");
            agent.send("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]");
            assertThat(agent.awaitMessage(text -> true)).contains("-32600");
            agent.send("{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"tools/call\",\"params\":[]}");
            assertThat(agent.awaitMessage(text -> true)).contains("-32602").contains("\"id\":5");
            assertThat(agent.request(6, "ping", "{}").path("result").isObject()).isTrue();
        }
    }

    @Test
    void theProcessHasOnlyItsDeclaredVariables() {
        try (var agent = trial.connectAgent("environment")) {
            var names = List.of(agent.callText(1, "odd__env", "{}").split("\n"));
            assertThat(names)
                    .containsExactlyInAnyOrder(
                            "HOME", "KRUXOS_CHILD", "LANG", "ODD_LOG", "ODD_NOISE", "ODD_SECRET", "PATH", "TMPDIR");
        }
    }

    private boolean hasEffect(String text) {
        return TestAppliance.readLines(effects).stream().anyMatch(line -> line.startsWith(text));
    }

    private static List<Integer> numbers(int most) {
        return StreamSupport.stream(
                        java.util.stream.IntStream.rangeClosed(1, most).spliterator(), false)
                .toList();
    }
}
