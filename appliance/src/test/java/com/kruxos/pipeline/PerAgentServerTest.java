package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.FaultyHttpServer;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Per-agent servers send requests to the agent that called them, and to no other. */
@Timeout(120)
class PerAgentServerTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String INITIALIZE_PARAMS =
            "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"sampling\":{},\"elicitation\":{\"form\":{}}},\"clientInfo\":{\"name\":\"raw\",\"version\":\"1\"}}";

    @TempDir
    Path folder;

    private TestAppliance trial;

    @BeforeEach
    void start() {
        trial = TestAppliance.start(folder.resolve("home"));
        trial.putSecret("odd/token", "asked-with-this-secret");
        trial.addFaultyServerPerAgent("odd", Map.of("ODD_SECRET", "secret:odd/token"));
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private WebSocketAgent connectWithSampling(String name) {
        var agent = WebSocketAgent.connect(trial.port(), trial.createAgent(name));
        agent.request(0, "initialize", INITIALIZE_PARAMS);
        return agent;
    }

    /**
     * Fails without the relay in Instance.handleRequest, and when InstancePool.forSession returns the shared instance.
     */
    @Test
    void aServerRequestReachesOnlyTheCallingAgentAndIsAnswered() {
        try (var caller = connectWithSampling("caller");
                var other = connectWithSampling("other")) {
            assertThat(other.callText(1, "odd__slow", "{\"ms\":0,\"n\":\"x\"}")).isEqualTo("x done");
            caller.sendCall(7, "odd__ask", "{\"method\":\"sampling/createMessage\"}");
            var question = caller.awaitMessage(text -> text.contains("sampling/createMessage"));
            assertThat(question)
                    .contains("9007199254740993")
                    .contains("[redacted]")
                    .doesNotContain("asked-with-this-secret");
            caller.send("{\"jsonrpc\":\"2.0\",\"id\":" + JSON.readTree(question).path("id")
                    + ",\"result\":{\"role\":\"assistant\",\"own\":9007199254740993}}");
            assertThat(caller.awaitResponse(7)).contains("\\\"own\\\":9007199254740993");
            assertThat(other.poll(1_000_000)).isNull();
            assertThat(trial.auditRecords().stream()
                            .map(record -> record.path("kind").asString())
                            .filter(kind -> kind.startsWith("question.")))
                    .containsExactly("question.opened", "question.closed");
        }
    }

    /** Fails when ServerRequestRelay does not check client capabilities: the call would wait for ever. */
    @Test
    void aRequestTheAgentDoesNotSupportIsRefusedAtOnce() {
        try (var deaf = trial.connectAgent("deaf")) {
            assertThat(deaf.callText(1, "odd__ask", "{\"method\":\"sampling/createMessage\"}"))
                    .contains("-32601");
        }
        try (var caller = connectWithSampling("caller")) {
            assertThat(caller.callText(1, "odd__ask", "{\"method\":\"roots/list\"}"))
                    .contains("-32601");
            assertThat(caller.callText(2, "odd__ask", "{\"method\":\"secrets/list\"}"))
                    .contains("-32601");
        }
    }

    /** Fails without the error for a shared instance in Instance.handleRequest: the server would wait for ever. */
    @Test
    void aRequestFromASharedServerIsRefusedAtOnce() {
        trial.addFaultyServer("shared");
        try (var caller = connectWithSampling("caller")) {
            for (var method : List.of("sampling/createMessage", "elicitation/create", "roots/list", "secrets/list")) {
                caller.sendCall(7, "shared__ask", "{\"method\":\"" + method + "\"}");
                // The next message is the response: no request was relayed.
                assertThat(caller.awaitMessage(text -> !text.contains("list_changed")))
                        .contains("\"id\":7")
                        .contains("-32601");
            }
        }
    }

    /** Fails when InstanceStarter declares capabilities that no agent provides. */
    @Test
    void capabilitiesAreThoseOfTheAgentAndNoneForASharedServer() throws Exception {
        try (var far = FaultyHttpServer.start()) {
            for (var sessions : List.of("shared", "per-agent")) {
                var added = trial.adminClient()
                        .post(
                                "/servers",
                                "{\"name\":\"" + sessions + "\",\"url\":\"" + far.url() + "\",\"sessions\":\""
                                        + sessions + "\"}");
                assertThat(added.status()).as(added.body()).isEqualTo(201);
                trial.awaitState(sessions, "ready");
            }
            assertThat(capabilitiesOf(far.initializeRequests().get(0))).isEqualTo("{}");
            assertThat(JSON.readTree(far.initializeRequests().get(1))
                            .path("params")
                            .path("capabilities")
                            .propertyNames())
                    .as("what is listed is the same for all: it is what a server offers to an agent that can do all")
                    .containsExactlyInAnyOrder("sampling", "elicitation", "roots");
            try (var caller = WebSocketAgent.connect(trial.port(), trial.createAgent("caller"))) {
                var capabilities = "{\"roots\":{\"listChanged\":true,\"own\":9007199254740993},\"of-tomorrow\":[1.50]}";
                caller.request(
                        0, "initialize", INITIALIZE_PARAMS.replaceFirst("\\{\"sampling.*}},", capabilities + ","));
                caller.call(1, "per-agent__echo", "{}");
                caller.call(2, "shared__echo", "{}");
                assertThat(far.initializeRequests()).hasSize(3);
                assertThat(capabilitiesOf(far.initializeRequests().get(2)))
                        .contains("\"roots\":{\"listChanged\":true,\"own\":9007199254740993}")
                        .doesNotContain("sampling")
                        .as("a question for that would not be passed on")
                        .doesNotContain("of-tomorrow");
            }
        }
    }

    private static String capabilitiesOf(String introduction) {
        return introduction.substring(
                introduction.indexOf("\"capabilities\":") + 15, introduction.indexOf(",\"clientInfo\""));
    }

    /**
     * The roots of each agent reach its own instance, and so does the notification that they changed. Fails when
     * ServerRequestRelay does not relay roots/list, and when InstancePool.ofSession ignores the session.
     */
    @Test
    void rootsAndTheirChangesReachTheServer() throws Exception {
        var effects = folder.resolve("effects.log");
        var added = trial.adminClient().post("/servers", rootsServerJson(effects));
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState("rooted", "ready");
        var hello = INITIALIZE_PARAMS.replace("\"sampling\":{}", "\"roots\":{\"listChanged\":true}");
        try (var socket = WebSocketAgent.connect(trial.port(), trial.createAgent("socket"));
                var http = new HttpAgent(trial.port(), trial.createAgent("http"))) {
            socket.request(0, "initialize", hello);
            http.session(http.post("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":" + hello + "}")
                    .response()
                    .headers()
                    .firstValue("Mcp-Session-Id")
                    .orElseThrow());
            socket.sendCall(7, "rooted__ask", "{\"method\":\"roots/list\"}");
            socket.send(rootsResponse(socket.awaitMessage(text -> text.contains("roots/list")), "file:///one"));
            assertThat(socket.awaitResponse(7)).contains("file:///one").contains("9007199254740993");

            var ofTheSocket = socket.callText(8, "rooted__pid", "{}");
            var ofHttp = http.callText(8, "rooted__pid", "{}");
            var changed = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/roots/list_changed\"}";
            socket.send(changed);
            socket.send(rootsResponse(socket.awaitMessage(text -> text.contains("roots/list")), "file:///two"));
            TestAppliance.await(() -> rootsLogged(effects).size() == 1, () -> "the first server to get the new roots");
            try (var stream = http.openStream(null).body()) {
                assertThat(http.post(changed).status()).isEqualTo(202);
                var question = HttpAgent.readEvent(stream).data();
                while (!question.contains("roots/list")) {
                    question = HttpAgent.readEvent(stream).data();
                }
                assertThat(http.post(rootsResponse(question, "file:///three")).status())
                        .isEqualTo(202);
            }
            TestAppliance.await(() -> rootsLogged(effects).size() == 2, () -> "the second server to get the new roots");
            assertThat(rootsLogged(effects).getFirst())
                    .startsWith("roots at " + ofTheSocket + ":")
                    .contains("file:///two")
                    .contains("\"id\":\"roots\"");
            assertThat(rootsLogged(effects).getLast())
                    .startsWith("roots at " + ofHttp + ":")
                    .contains("file:///three");
        }
    }

    private static String rootsServerJson(Path effects) {
        var wanted = JSON.createObjectNode().put("name", "rooted").put("sessions", "per-agent");
        TestAppliance.faultyServerCommand().forEach(wanted.putArray("command")::add);
        wanted.putObject("plain_env").put("ODD_LOG", effects.toString());
        return wanted.toString();
    }

    private static List<String> rootsLogged(Path effects) {
        return TestAppliance.readLines(effects).stream()
                .filter(line -> line.startsWith("roots at"))
                .toList();
    }

    /** The response of an agent with one root. */
    private static String rootsResponse(String question, String uri) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + JSON.readTree(question).path("id")
                + ",\"result\":{\"roots\":[{\"uri\":\"" + uri + "\",\"own\":9007199254740993}]}}";
    }

    @Test
    void overHttpAServerRequestIsSentOnTheStreamOfItsCall() throws Exception {
        try (var agent = new HttpAgent(trial.port(), trial.createAgent("http"))) {
            var hello = agent.post(
                    "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":" + INITIALIZE_PARAMS + "}");
            agent.session(
                    hello.response().headers().firstValue("Mcp-Session-Id").orElseThrow());
            var call = agent.send(builder -> builder.setHeader("Content-Type", "application/json")
                    .setHeader("Accept", "application/json, text/event-stream")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            HttpAgent.request(5, "odd__ask", "{\"method\":\"elicitation/create\"}"))));
            var question = HttpAgent.readEvent(call.body()).data();
            assertThat(question).contains("elicitation/create");
            var answered = agent.post("{\"jsonrpc\":\"2.0\",\"id\":"
                    + JSON.readTree(question).path("id") + ",\"result\":{\"action\":\"accept\",\"content\":{}}}");
            assertThat(answered.status()).isEqualTo(202);
            assertThat(HttpAgent.readEvent(call.body()).data())
                    .contains("\"id\":5")
                    .contains("accept");
        }
    }

    /**
     * A person may take longer than the idle timeout. Fails without hasNestedRequests in PendingRequest.checkTimeout.
     */
    @Test
    void aPendingElicitationSuspendsTheIdleTimeout() {
        trial.close();
        var limits = new Config.CallLimits(Duration.ofSeconds(1), Duration.ofSeconds(60));
        trial = TestAppliance.start(folder.resolve("another"), Config.defaults().withCalls(limits));
        trial.addFaultyServerPerAgent("odd", Map.of());
        try (var caller = connectWithSampling("caller")) {
            caller.sendCall(7, "odd__ask", "{\"method\":\"elicitation/create\"}");
            var question = JSON.readTree(caller.awaitMessage(text -> text.contains("elicitation/create")));
            // A later call times out, so the elicitation has been pending for longer than the idle timeout.
            assertThat(caller.callText(8, "odd__hang", "{}")).contains("no message for");
            caller.send("{\"jsonrpc\":\"2.0\",\"id\":" + question.path("id") + ",\"result\":{\"action\":\"accept\"}}");
            assertThat(caller.awaitResponse(7)).contains("accept");
        }
    }

    /** Fails when ServerRequestRelay does not add the nested request: after 64 of them all others would be refused. */
    @Test
    void aServerRequestIsCancelledWithItsCall() {
        try (var caller = connectWithSampling("caller")) {
            for (var call = 0; call < 70; call++) {
                var id = 100 + call;
                caller.sendCall(id, "odd__ask", "{\"method\":\"elicitation/create\"}");
                var question = JSON.readTree(caller.awaitMessage(text -> text.contains("elicitation/create")));
                caller.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":"
                        + id + "}}");
                var ended = caller.awaitMessage(text -> text.contains("notifications/cancelled"));
                assertThat(JSON.readTree(ended).path("params").path("requestId"))
                        .isEqualTo(question.path("id"));
            }
            TestAppliance.await(() -> closedOutcomes().size() == 70, () -> "all to be closed");
            assertThat(closedOutcomes()).containsOnly("abandoned");
        }
    }

    private List<String> closedOutcomes() {
        return trial.auditRecords().stream()
                .filter(record -> record.path("kind").asString().equals("question.closed"))
                .map(record -> record.path("outcome").asString())
                .toList();
    }

    /**
     * Fails without canSendRelated in ServerRequestRelay.relay: the server would wait for a client that got no request.
     */
    @Test
    void aServerRequestIsRefusedWhenTheClientAcceptsNoStream() throws Exception {
        try (var agent = new HttpAgent(trial.port(), trial.createAgent("http"))) {
            var hello = agent.post(
                    "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":" + INITIALIZE_PARAMS + "}");
            agent.session(
                    hello.response().headers().firstValue("Mcp-Session-Id").orElseThrow());
            var answer = agent.send(builder -> builder.setHeader("Content-Type", "application/json")
                    .setHeader("Accept", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            HttpAgent.request(5, "odd__ask", "{\"method\":\"elicitation/create\"}"))));
            try (var body = answer.body()) {
                assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8))
                        .contains("\"id\":5")
                        .contains("no open stream");
            }
        }
    }

    /**
     * An old and a new instance use the same id. Fails without the instance in ServerRequestKey, and when
     * abandonRequestsOf abandons those of every instance.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void twoInstancesMayUseTheSameRequestId(boolean oldFirst) {
        try (var caller = connectWithSampling("caller")) {
            var old = Long.parseLong(caller.callText(1, "odd__pid", "{}"));
            var first = startElicitation(caller, 7);
            trial.putSecret("odd/token", "changed-meanwhile");
            assertThat(Long.parseLong(caller.callText(2, "odd__pid", "{}"))).isNotEqualTo(old);
            var second = startElicitation(caller, 8);
            assertThat(second).isNotEqualTo(first);
            if (oldFirst) {
                answerElicitation(caller, 7, first, "to the old one");
                TestAppliance.await(() -> !TestAppliance.isRunning(old), () -> "the old instance to end");
                answerElicitation(caller, 8, second, "to the new one");
            } else {
                answerElicitation(caller, 8, second, "to the new one");
                answerElicitation(caller, 7, first, "to the old one");
            }
            assertThat(closedOutcomes()).containsExactly("answered", "answered");
        }
    }

    private static String startElicitation(WebSocketAgent caller, int call) {
        caller.sendCall(call, "odd__ask", "{\"method\":\"elicitation/create\"}");
        return JSON.readTree(caller.awaitMessage(text -> text.contains("elicitation/create")))
                .path("id")
                .toString();
    }

    private static void answerElicitation(WebSocketAgent caller, int call, String question, String text) {
        caller.send("{\"jsonrpc\":\"2.0\",\"id\":" + question + ",\"result\":{\"action\":\"accept\",\"own\":\"" + text
                + "\"}}");
        assertThat(caller.awaitResponse(call)).contains(text);
    }

    /**
     * Fails without the case in Instance.handleNotification, and without the capability check in ServerRequestRelay.
     */
    @Test
    void elicitationCompleteReachesOnlyAgentsThatSupportIt() {
        try (var caller = connectWithSampling("caller");
                var deaf = trial.connectAgent("deaf")) {
            caller.sendCall(1, "odd__elicited", "{}");
            assertThat(caller.awaitMessage(text -> text.contains("method")))
                    .contains("notifications/elicitation/complete", "[redacted]");
            assertThat(caller.awaitResponse(1)).contains("said");
            deaf.sendCall(1, "odd__elicited", "{}");
            assertThat(deaf.awaitMessage(text -> true)).contains("said");
        }
    }

    /** Fails when CatalogIndex has no catalogs of sessions, and when all agents get the list of one. */
    @Test
    void aPerAgentListChangeIsSeenByThatAgentOnly() {
        try (var one = connectWithSampling("one");
                var other = connectWithSampling("other")) {
            other.sendCall(1, "odd__grow", "{}");
            var grown = awaitGrownTool(other);
            assertThat(one.request(1, "tools/list", "{}").toString()).doesNotContain("grown_");
            assertThat(one.callText(2, grown, "{}")).contains("unknown tool");
            assertThat(other.callText(2, grown, "{}")).isEqualTo(grown.substring("odd__".length()));
            assertThat(trial.adminClient().get("/servers/odd/tools").body()).doesNotContain("grown_");
            assertThat(trial.auditRecords().stream()
                            .filter(record -> record.path("kind").asString().equals("call.closed"))
                            .map(record -> record.path("target").asString()))
                    .contains(grown.replace("__", "/"));

            trial.addFaultyServer("later");
            trial.awaitState("later", "ready");
            assertThat(other.request(91, "tools/list", "{}").toString())
                    .as("a new shared server appears in the lists of every session")
                    .contains(grown, "later__pid");

            other.call(3, "odd__crash", "{}");
            other.sendCall(4, "odd__pid", "{}");
            other.awaitMessage(text -> text.contains("notifications/tools/list_changed"));
            assertThat(other.request(5, "tools/list", "{}").toString()).doesNotContain("grown_");
        }
        // While the server cannot run, its shared lists are shown.
        trial.adminClient().delete("/secrets/odd/token");
        trial.restart();
        trial.awaitState("odd", "missing_secret");
        assertThat(trial.adminClient().get("/servers/odd/tools").body())
                .contains("odd__pid")
                .doesNotContain("grown_");
    }

    private static String awaitGrownTool(WebSocketAgent agent) {
        agent.awaitMessage(text -> text.contains("notifications/tools/list_changed"));
        for (var tool : agent.request(90, "tools/list", "{}").path("result").path("tools")) {
            if (tool.path("name").asString().contains("grown_")) {
                return tool.path("name").asString();
            }
        }
        throw new AssertionError("nothing has grown");
    }

    /** Fails when InstancePool.forSession does not end the instance with the session. */
    @Test
    void eachSessionHasAProcessThatEndsWithIt() {
        long first;
        long second;
        try (var one = connectWithSampling("one");
                var two = connectWithSampling("two")) {
            first = Long.parseLong(one.callText(1, "odd__pid", "{}"));
            second = Long.parseLong(two.callText(1, "odd__pid", "{}"));
            assertThat(first).isNotEqualTo(second);
            assertThat(Long.parseLong(one.callText(2, "odd__pid", "{}"))).isEqualTo(first);
            one.abort();
            TestAppliance.await(() -> !TestAppliance.isRunning(first), () -> "the first agent's process to end");
            assertThat(Long.parseLong(two.callText(2, "odd__pid", "{}"))).isEqualTo(second);
        }
        TestAppliance.await(() -> !TestAppliance.isRunning(second), () -> "the second agent's process to end");
    }

    /** Fails when disabling or removing a server does not end its per-session instances. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void perAgentProcessesEndWithTheServer(boolean removed) {
        try (var one = connectWithSampling("one")) {
            var pid = Long.parseLong(one.callText(1, "odd__pid", "{}"));
            if (removed) {
                trial.adminClient().delete("/servers/odd");
            } else {
                trial.adminClient().post("/servers/odd/disable", "{}");
            }
            TestAppliance.await(() -> !TestAppliance.isRunning(pid), () -> "the process to end");
        }
    }
}
