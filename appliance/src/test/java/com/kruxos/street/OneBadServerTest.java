package com.kruxos.street;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.OddHttpServer;
import com.kruxos.peers.RawAgent;
import com.kruxos.peers.Trial;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Row F6: of twenty servers four misbehave, each in its way, and nobody notices at the others. */
@Timeout(180)
class OneBadServerTest {
    /** The promise is 100 ms; a machine that does ten other things gets more. What matters is that nothing waits. */
    private static final long SOON_MILLIS = 3_000;

    private static final String BELOW = "{\"$ref\":\"#/nowhere\",\"properties\":[7],\"own\":1e400}";

    @TempDir
    Path folder;

    /**
     * Row F6: red when Servers.listed waits for every new server, or Upstream.launch runs on the thread of its caller.
     * The one with the odd schema is no exception: what it says of its tools goes on as it is.
     */
    @Test
    void theOthersAreListedAtOnceAndTheStartIsNoLonger() throws Exception {
        try (var good = OddHttpServer.start();
                var odd = OddHttpServer.start();
                var deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var trial = Trial.start(folder.resolve("home"))) {
            good.tools(List.of("count", "echo"));
            odd.tools("[{\"name\":\"well\",\"inputSchema\":" + BELOW + "},{\"name\":7},5,{\"inputSchema\":{}}]");
            for (var n = 1; n <= 16; n++) {
                add(trial, "good-" + n, good.at("/mcp/" + n).toString());
            }
            add(trial, "odd", odd.url().toString());
            add(trial, "refusing", "http://127.0.0.1:" + unused() + "/mcp");
            add(trial, "hanging", "http://127.0.0.1:" + deaf.getLocalPort() + "/mcp");
            command(trial, "babbling", List.of("/bin/sh", "-c", "while read -r line; do echo '{\"result\":'; done"));
            for (var n = 1; n <= 16; n++) {
                trial.awaitState("good-" + n, "ready");
            }
            trial.awaitState("odd", "ready");
            var key = trial.agent("lister");
            listedSoon(trial, key, "before");

            var began = System.nanoTime();
            trial.restart();
            var restarted = millisSince(began);

            assertThat(restarted).as("a start that waits for nobody").isLessThan(30_000);
            listedSoon(trial, key, "after");
            try (var agent = RawAgent.connect(trial.port(), key)) {
                agent.hello();
                assertThat(agent.call(1, "good-7__count", "{}").has("result")).isTrue();
                assertThat(trial.state("hanging")).isEqualTo("starting");
                assertThat(trial.state("babbling")).isEqualTo("starting");
                assertThat(trial.state("refusing")).isIn("starting", "backing_off", "broken");
            }
        }
    }

    private static void listedSoon(Trial trial, String key, String when) {
        try (var agent = RawAgent.connect(trial.port(), key)) {
            agent.hello();
            var best = Long.MAX_VALUE;
            for (var id = 1; id <= 5; id++) {
                var began = System.nanoTime();
                agent.sendRequest(id, "tools/list", "{}");
                var list = agent.answer(id);
                best = Math.min(best, millisSince(began));
                assertThat(names(list)).hasSize(33).contains("good-1__count", "good-16__echo", "odd__well");
                assertThat(list).contains(BELOW);
            }
            assertThat(best).as("listed " + when + " the restart").isLessThan(SOON_MILLIS);
        }
    }

    private static Set<String> names(String list) {
        return JsonMapper.shared()
                .readTree(list)
                .path("result")
                .path("tools")
                .valueStream()
                .map(tool -> tool.path("name").asString())
                .collect(Collectors.toSet());
    }

    private static void add(Trial trial, String name, String url) {
        var added = trial.api().post("/servers", "{\"name\":\"" + name + "\",\"url\":\"" + url + "\"}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
    }

    private static void command(Trial trial, String name, List<String> words) {
        var wanted = JsonMapper.shared().createObjectNode();
        words.forEach(wanted.put("name", name).putArray("command")::add);
        var added = trial.api().post("/servers", wanted.toString());
        assertThat(added.status()).as(added.body()).isEqualTo(201);
    }

    private static long millisSince(long began) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    private static int unused() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
