package com.kruxos.street;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.OddHttpServer;
import com.kruxos.peers.RawAgent;
import com.kruxos.peers.Trial;
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
 * Row F9 and, each id being there as a number and as a string, Row F19: a hundred agents, on WebSockets and over
 * Streamable HTTP, use the same ids and the same progress tokens on servers that answer out of order, on a pipe and on
 * the network, and nobody gets another's answer or hears how another's call goes on.
 */
class MisroutingTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int AGENTS = 100;
    /** Requests an agent has under way; their ids are the same in every window and for every agent. */
    private static final int WINDOW = 20;

    @TempDir
    Path folder;

    // Red when Flight.land frees the id after the answer instead of before (an agent that is quick then finds it
    // taken), when Instance.open numbers from the agent's id instead of its own, Instance.heard takes any exchange for
    // the token's, Asking.replied puts no id back or Asking.relay no token, or Post.news speaks on the session's line.
    @Test
    @Timeout(300)
    void nobodyGetsAnothersAnswer() throws Exception {
        run(100_000);
    }

    @Test
    @Tag("full")
    @Timeout(3_600)
    void nobodyGetsAnothersAnswerInAMillion() throws Exception {
        run(1_000_000);
    }

    private void run(int calls) throws Exception {
        try (var far = OddHttpServer.start();
                var away = OddHttpServer.start();
                var trial = Trial.start(folder.resolve("home"))) {
            trial.oddServer("odd");
            add(trial, "far", far);
            add(trial, "away", away);
            var wrong = new ConcurrentLinkedQueue<String>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var agents = new ArrayList<Future<?>>();
                for (var n = 0; n < AGENTS; n++) {
                    var number = n;
                    var key = trial.agent("agent-" + n);
                    agents.add(threads.submit(() -> {
                        var talk = new Talk(number, calls / AGENTS / WINDOW, wrong);
                        if (number % 5 == 0) {
                            overHttp(trial.port(), key, talk, threads);
                        } else {
                            onASocket(trial.port(), key, talk);
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

    private static void add(Trial trial, String name, OddHttpServer server) {
        server.recording(false);
        assertThat(trial.api()
                        .post("/servers", "{\"name\":\"" + name + "\",\"url\":\"" + server.url() + "\"}")
                        .status())
                .isEqualTo(201);
        trial.awaitState(name, "ready");
    }

    /** What one agent has to say, and where it writes down what it should not have heard. */
    private record Talk(int agent, int windows, Collection<String> wrong) {
        List<Call> window(int number) {
            return IntStream.range(0, WINDOW)
                    .mapToObj(n -> Call.of(n, agent, number))
                    .toList();
        }
    }

    /** One call; the token, where it has one, is the id of another call that is under way beside it. */
    private record Call(String id, @Nullable String token, String request, String mark) {
        static Call of(int n, int agent, int window) {
            var id = written(n);
            var token = n % 4 == 0 ? written((n + 1) % WINDOW) : null;
            var mark = agent + "-" + window + "-" + n;
            return new Call(
                    id,
                    token,
                    "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\""
                            + server(n) + "__slow\",\"arguments\":{\"ms\":"
                            + (agent * 7 + n * 3) % 5 + ",\"n\":\"" + mark + "\"}"
                            + (token == null ? "" : ",\"_meta\":{\"progressToken\":" + token + "}") + "}}",
                    mark);
        }

        /** A server on the network takes no more than 256 at once: two of each agent, one of them with a token. */
        private static String server(int n) {
            return switch (n) {
                case 4, 13 -> "far";
                case 8, 17 -> "away";
                default -> "odd";
            };
        }

        /** Of each number there is a string and an integer. */
        private static String written(int n) {
            return n % 2 == 0 ? String.valueOf(n / 2) : "\"" + n / 2 + "\"";
        }
    }

    /** What may come where these calls are answered: for each its steps, if it wanted to hear them, and its answer. */
    private static final class Expected {
        private final Map<String, Call> ids = new HashMap<>();
        private final Map<String, Call> tokens = new HashMap<>();
        private final Map<Call, Integer> steps = new HashMap<>();
        private final Collection<String> wrong;

        Expected(List<Call> calls, Collection<String> wrong) {
            this.wrong = wrong;
            for (var call : calls) {
                ids.put(call.id(), call);
                if (call.token() != null) {
                    tokens.put(call.token(), call);
                }
            }
        }

        boolean done() {
            return ids.isEmpty();
        }

        void heard(String text) {
            var message = JSON.readTree(text);
            if (message.path("method").asString("").equals("notifications/progress")) {
                progress(message.path("params"), text);
            } else if (message.has("id")) {
                var call = ids.remove(message.path("id").toString());
                var wanted = call == null || call.token() == null ? 0 : 2;
                if (call == null || !text(message).equals(call.mark() + " done") || steps(call) != wanted) {
                    wrong.add("expected " + call + ", got " + text);
                }
            }
        }

        private void progress(JsonNode params, String text) {
            var call = tokens.get(params.path("progressToken").toString());
            if (call == null
                    || !ids.containsKey(call.id())
                    || !params.path("message").asString("").equals(call.mark())
                    || params.path("progress").asInt() != steps(call) + 1) {
                wrong.add("expected a step of " + call + ", got " + text);
            } else {
                steps.merge(call, 1, Integer::sum);
            }
        }

        private int steps(Call call) {
            return steps.getOrDefault(call, 0);
        }

        private static String text(JsonNode answer) {
            return answer.path("result").path("content").path(0).path("text").asString("");
        }

        @Override
        public String toString() {
            return ids.values().toString();
        }
    }

    private static void onASocket(int port, String key, Talk talk) {
        try (var agent = RawAgent.connect(port, key)) {
            agent.hello();
            for (var window = 0; window < talk.windows(); window++) {
                var calls = talk.window(window);
                var expected = new Expected(calls, talk.wrong());
                calls.forEach(call -> agent.send(call.request()));
                while (!expected.done()) {
                    expected.heard(next(agent, expected));
                }
            }
            // Nothing came behind the last answer that should have gone elsewhere.
            agent.sendRequest("\"end\"", "ping", "{}");
            var nothing = new Expected(List.of(), talk.wrong());
            for (var text = next(agent, nothing); !text.contains("\"end\""); text = next(agent, nothing)) {
                nothing.heard(text);
            }
        }
    }

    private static String next(RawAgent agent, Expected expected) {
        try {
            return agent.next(text -> true);
        } catch (AssertionError e) {
            throw new AssertionError("an agent still waits for " + expected, e);
        }
    }

    /** Each call is answered, and told of, on its own request, and nowhere else. */
    private static void overHttp(int port, String key, Talk talk, ExecutorService threads) throws Exception {
        try (var agent = new HttpAgent(port, key)) {
            assertThat(agent.hello().status()).isEqualTo(200);
            try (var beside = agent.listen(null).body()) {
                for (var window = 0; window < talk.windows(); window++) {
                    var answers = new ArrayList<Future<?>>();
                    for (var call : talk.window(window)) {
                        answers.add(threads.submit(() -> {
                            var answer = agent.post(call.request());
                            var expected = new Expected(List.of(call), talk.wrong());
                            (answer.events() ? answer.messages() : List.of(answer.body())).forEach(expected::heard);
                            if (!expected.done()) {
                                talk.wrong().add("expected " + expected + ", got " + answer.status());
                            }
                        }));
                    }
                    for (var answer : answers) {
                        answer.get();
                    }
                }
                assertThat(agent.delete().status()).isEqualTo(204);
                var nothing = new Expected(List.of(), talk.wrong());
                for (var event : HttpAgent.Events.of(text(beside))) {
                    if (!event.data().isEmpty()) {
                        nothing.heard(event.data());
                    }
                }
            }
        }
    }

    private static String text(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
}
