package com.kruxos.street;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.OddHttpServer;
import com.kruxos.peers.RawAgent;
import com.kruxos.peers.Trial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Row F9 and, each id being there as a number and as a string, Row F19: a hundred agents use the same ids on servers
 * that answer out of order, and nobody gets another's answer.
 */
class MisroutingTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int AGENTS = 100;
    /** Requests an agent has under way; their ids are the same in every window and for every agent. */
    private static final int WINDOW = 20;

    @TempDir
    Path folder;

    // Red when Flight.land frees the id after the answer instead of before (an agent that is quick then finds it
    // taken),
    // when Instance.open numbers from the agent's id instead of its own, or Asking.replied puts no id back.
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
                var trial = Trial.start(folder.resolve("home"))) {
            far.recording(false);
            trial.oddServer("odd");
            assertThat(trial.api()
                            .post("/servers", "{\"name\":\"far\",\"url\":\"" + far.url() + "\"}")
                            .status())
                    .isEqualTo(201);
            trial.awaitState("far", "ready");
            var wrong = new ArrayList<String>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var agents = new ArrayList<Future<?>>();
                for (var n = 0; n < AGENTS; n++) {
                    var agent = trial.connected("agent-" + n);
                    var number = n;
                    agents.add(threads.submit(() -> {
                        try (agent) {
                            talk(agent, number, calls / AGENTS / WINDOW, wrong);
                        }
                    }));
                }
                for (var agent : agents) {
                    agent.get();
                }
            }
            assertThat(wrong).isEmpty();
        }
    }

    private static void talk(RawAgent agent, int number, int windows, List<String> wrong) {
        for (var window = 0; window < windows; window++) {
            var expected = new HashMap<String, String>();
            for (var id = 0; id < WINDOW; id++) {
                // Of each number there is a string and an integer; one server is on a pipe, the other on the network.
                var written = id % 2 == 0 ? String.valueOf(id / 2) : "\"" + id / 2 + "\"";
                var mark = number + "-" + window + "-" + id;
                expected.put(written, mark + " done");
                agent.sendCall(
                        written,
                        (id % 10 < 9 ? "odd" : "far") + "__slow",
                        "{\"ms\":" + (number * 7 + id * 3) % 5 + ",\"n\":\"" + mark + "\"}");
            }
            for (var id = 0; id < WINDOW; id++) {
                var answer = JSON.readTree(next(agent, expected));
                var mark = expected.remove(answer.path("id").toString());
                if (mark == null || !mark.equals(text(answer))) {
                    synchronized (wrong) {
                        wrong.add("expected " + mark + ", got " + answer);
                    }
                }
            }
        }
    }

    private static String next(RawAgent agent, Map<String, String> expected) {
        try {
            return agent.next(text -> text.contains("\"id\""));
        } catch (AssertionError e) {
            throw new AssertionError("an agent still waits for " + expected, e);
        }
    }

    private static String text(JsonNode answer) {
        return answer.path("result").path("content").path(0).path("text").asString("");
    }
}
