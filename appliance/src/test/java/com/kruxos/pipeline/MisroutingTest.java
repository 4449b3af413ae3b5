package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.FaultyHttpServer;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A hundred agents, on WebSockets and over Streamable HTTP, use the same ids and progress tokens, as numbers and as
 * strings, on stdio and remote servers that answer out of order. Each agent gets its own responses and notifications
 * only.
 */
class MisroutingTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int AGENTS = 100;
    /** Concurrent requests of an agent. The ids are the same in every window and for every agent. */
    private static final int WINDOW = 20;

    @TempDir
    Path folder;

    /**
     * Fails when an id is released after the response instead of before, when Instance uses the agent's ids, when
     * progress is matched to any request, when UpstreamCall restores no id or token, or when notifications of a call
     * are sent on the connection of the session.
     */
    @Test
    @Timeout(300)
    void noAgentReceivesAnothersResponse() throws Exception {
        runCalls(100_000);
    }

    @Test
    @Tag("full")
    @Timeout(3_600)
    void noAgentReceivesAnothersResponseInAMillionCalls() throws Exception {
        runCalls(1_000_000);
    }

    private void runCalls(int calls) throws Exception {
        try (var far = FaultyHttpServer.start();
                var away = FaultyHttpServer.start();
                var trial = TestAppliance.start(folder.resolve("home"))) {
            trial.addFaultyServer("odd");
            addServer(trial, "far", far);
            addServer(trial, "away", away);
            var wrong = new ConcurrentLinkedQueue<String>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var agents = new ArrayList<Future<?>>();
                for (var n = 0; n < AGENTS; n++) {
                    var number = n;
                    var key = trial.createAgent("agent-" + n);
                    agents.add(threads.submit(() -> {
                        var talk = new AgentScript(number, calls / AGENTS / WINDOW, wrong);
                        if (number % 5 == 0) {
                            // Each response and notification arrives on its own request only.
                            callOverHttp(trial.port(), key, talk, threads);
                        } else {
                            callOverWebSocket(trial.port(), key, talk);
                        }
                        return null;
                    }));
                }
                for (var agent : agents) {
                    agent.get();
                }
            }
            assertThat(wrong).isEmpty();
            assertThat(far.count("call:slow") + away.count("call:slow"))
                    .as("calls that went over the network")
                    .isEqualTo(calls / 5);
        }
    }

    private static void addServer(TestAppliance trial, String name, FaultyHttpServer server) {
        server.setRecording(false);
        assertThat(trial.adminClient()
                        .post("/servers", "{\"name\":\"" + name + "\",\"url\":\"" + server.url() + "\"}")
                        .status())
                .isEqualTo(201);
        trial.awaitState(name, "ready");
    }

    /** The calls of one agent, and where it reports misrouted messages. */
    private record AgentScript(int agent, int windows, Collection<String> misrouted) {
        List<ScriptedCall> window(int number) {
            return IntStream.range(0, WINDOW)
                    .mapToObj(n -> ScriptedCall.of(n, agent, number))
                    .toList();
        }
    }

    /** One call. Its token, if any, is the id of another call in flight. */
    private record ScriptedCall(String id, @Nullable String token, String request, String mark) {
        static ScriptedCall of(int n, int agent, int window) {
            var id = jsonId(n);
            var token = n % 4 == 0 ? jsonId((n + 1) % WINDOW) : null;
            var mark = agent + "-" + window + "-" + n;
            return new ScriptedCall(
                    id,
                    token,
                    "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\""
                            + server(n) + "__slow\",\"arguments\":{\"ms\":"
                            + (agent * 7 + n * 3) % 5 + ",\"n\":\"" + mark + "\"}"
                            + (token == null ? "" : ",\"_meta\":{\"progressToken\":" + token + "}") + "}}",
                    mark);
        }

        /** A remote server accepts 256 requests at once: two calls of each agent go there, one of them with a token. */
        private static String server(int n) {
            return switch (n) {
                case 4, 13 -> "far";
                case 8, 17 -> "away";
                default -> "odd";
            };
        }

        /** Each number is used as a string and as an integer. */
        private static String jsonId(int n) {
            return n % 2 == 0 ? String.valueOf(n / 2) : "\"" + n / 2 + "\"";
        }
    }

    /** The messages that may arrive for these calls: progress, if requested, and one response each. */
    private static final class ExpectedMessages {
        private final Map<String, ScriptedCall> ids = new HashMap<>();
        private final Map<String, ScriptedCall> tokens = new HashMap<>();
        private final Map<ScriptedCall, Integer> steps = new HashMap<>();
        private final Collection<String> misrouted;

        ExpectedMessages(List<ScriptedCall> calls, Collection<String> wrong) {
            this.misrouted = wrong;
            for (var call : calls) {
                ids.put(call.id(), call);
                if (call.token() != null) {
                    tokens.put(call.token(), call);
                }
            }
        }

        boolean isComplete() {
            return ids.isEmpty();
        }

        void accept(String text) {
            var message = JSON.readTree(text);
            if (message.path("method").asString("").equals("notifications/progress")) {
                acceptProgress(message.path("params"), text);
            } else if (message.has("id")) {
                var call = ids.remove(message.path("id").toString());
                var wanted = call == null || call.token() == null ? 0 : 2;
                if (call == null || !resultText(message).equals(call.mark() + " done") || stepsOf(call) != wanted) {
                    misrouted.add("expected " + call + ", got " + text);
                }
            }
        }

        private void acceptProgress(JsonNode params, String text) {
            var call = tokens.get(params.path("progressToken").toString());
            if (call == null
                    || !ids.containsKey(call.id())
                    || !params.path("message").asString("").equals(call.mark())
                    || params.path("progress").asInt() != stepsOf(call) + 1) {
                misrouted.add("expected a step of " + call + ", got " + text);
            } else {
                steps.merge(call, 1, Integer::sum);
            }
        }

        private int stepsOf(ScriptedCall call) {
            return steps.getOrDefault(call, 0);
        }

        private static String resultText(JsonNode answer) {
            return answer.path("result").path("content").path(0).path("text").asString("");
        }

        @Override
        public String toString() {
            return ids.values().toString();
        }
    }

    private static void callOverWebSocket(int port, String key, AgentScript talk) {
        try (var agent = WebSocketAgent.connect(port, key)) {
            agent.initialize();
            for (var window = 0; window < talk.windows(); window++) {
                var calls = talk.window(window);
                var expected = new ExpectedMessages(calls, talk.misrouted());
                calls.forEach(call -> agent.send(call.request()));
                while (!expected.isComplete()) {
                    expected.accept(nextMessage(agent, expected));
                }
            }
            // No misrouted message follows the last response.
            agent.sendRequest("\"end\"", "ping", "{}");
            var nothing = new ExpectedMessages(List.of(), talk.misrouted());
            for (var text = nextMessage(agent, nothing);
                    !text.contains("\"end\"");
                    text = nextMessage(agent, nothing)) {
                nothing.accept(text);
            }
        }
    }

    private static String nextMessage(WebSocketAgent agent, ExpectedMessages expected) {
        try {
            return agent.awaitMessage(text -> true);
        } catch (AssertionError e) {
            throw new AssertionError("an agent still waits for " + expected, e);
        }
    }

    /** Each response and notification arrives on its own request only. */
    private static void callOverHttp(int port, String key, AgentScript talk, ExecutorService threads) throws Exception {
        try (var agent = new HttpAgent(port, key)) {
            assertThat(agent.initialize().status()).isEqualTo(200);
            try (var beside = agent.openStream(null).body()) {
                for (var window = 0; window < talk.windows(); window++) {
                    var answers = new ArrayList<Future<?>>();
                    for (var call : talk.window(window)) {
                        answers.add(threads.submit(() -> {
                            var answer = agent.post(call.request());
                            var expected = new ExpectedMessages(List.of(call), talk.misrouted());
                            (answer.isEventStream() ? answer.messages() : List.of(answer.body()))
                                    .forEach(expected::accept);
                            if (!expected.isComplete()) {
                                talk.misrouted().add("expected " + expected + ", got " + answer.status());
                            }
                        }));
                    }
                    for (var answer : answers) {
                        answer.get();
                    }
                }
                assertThat(agent.delete().status()).isEqualTo(204);
                var nothing = new ExpectedMessages(List.of(), talk.misrouted());
                for (var event : HttpAgent.SseEventParser.parseAll(readAll(beside))) {
                    if (!event.data().isEmpty()) {
                        nothing.accept(event.data());
                    }
                }
            }
        }
    }

    private static String readAll(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
}
