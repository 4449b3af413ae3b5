package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.FaultyHttpServer;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
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

/** Of twenty servers four misbehave, each in its own way, and the others are not affected. */
@Timeout(180)
class FaultIsolationTest {
    /** The promise is 100 ms. The margin is for busy machines; a list that waits for a server takes longer. */
    private static final long MAX_LIST_MILLIS = 3_000;

    private static final String ODD_SCHEMA = "{\"$ref\":\"#/nowhere\",\"properties\":[7],\"own\":1e400}";

    @TempDir
    Path folder;

    /**
     * Fails when FeatureCatalog.list waits for every new server, or a start runs on its caller's thread. The server
     * with the odd schema is listed as it is.
     */
    @Test
    void badServersDelayNeitherTheOthersNorTheStart() throws Exception {
        try (var good = FaultyHttpServer.start();
                var odd = FaultyHttpServer.start();
                var deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var trial = TestAppliance.start(folder.resolve("home"))) {
            good.setTools(List.of("count", "echo"));
            odd.setTools(
                    "[{\"name\":\"well\",\"inputSchema\":" + ODD_SCHEMA + "},{\"name\":7},5,{\"inputSchema\":{}}]");
            for (var n = 1; n <= 16; n++) {
                addRemote(trial, "good-" + n, good.urlOf("/mcp/" + n).toString());
            }
            addRemote(trial, "odd", odd.url().toString());
            addRemote(trial, "refusing", "http://127.0.0.1:" + unusedPort() + "/mcp");
            addRemote(trial, "hanging", "http://127.0.0.1:" + deaf.getLocalPort() + "/mcp");
            addCommand(trial, "babbling", List.of("/bin/sh", "-c", "while read -r line; do echo '{\"result\":'; done"));
            for (var n = 1; n <= 16; n++) {
                trial.awaitState("good-" + n, "ready");
            }
            trial.awaitState("odd", "ready");
            var key = trial.createAgent("lister");
            assertListedQuickly(trial, key, "before");

            var began = System.nanoTime();
            trial.restart();
            var restarted = millisSince(began);

            assertThat(restarted).as("a start that waits for no server").isLessThan(30_000);
            assertListedQuickly(trial, key, "after");
            try (var agent = WebSocketAgent.connect(trial.port(), key)) {
                agent.initialize();
                assertThat(agent.call(1, "good-7__count", "{}").has("result")).isTrue();
                assertThat(trial.serverState("hanging")).isEqualTo("starting");
                assertThat(trial.serverState("babbling")).isEqualTo("starting");
                assertThat(trial.serverState("refusing")).isIn("starting", "backing_off", "broken");
            }
        }
    }

    private static void assertListedQuickly(TestAppliance trial, String key, String when) {
        try (var agent = WebSocketAgent.connect(trial.port(), key)) {
            agent.initialize();
            var best = Long.MAX_VALUE;
            for (var id = 1; id <= 5; id++) {
                var began = System.nanoTime();
                agent.sendRequest(id, "tools/list", "{}");
                var list = agent.awaitResponse(id);
                best = Math.min(best, millisSince(began));
                assertThat(toolNames(list)).hasSize(33).contains("good-1__count", "good-16__echo", "odd__well");
                assertThat(list).contains(ODD_SCHEMA);
            }
            assertThat(best).as("listed " + when + " the restart").isLessThan(MAX_LIST_MILLIS);
        }
    }

    private static Set<String> toolNames(String list) {
        return JsonMapper.shared()
                .readTree(list)
                .path("result")
                .path("tools")
                .valueStream()
                .map(tool -> tool.path("name").asString())
                .collect(Collectors.toSet());
    }

    private static void addRemote(TestAppliance trial, String name, String url) {
        var added = trial.adminClient().post("/servers", "{\"name\":\"" + name + "\",\"url\":\"" + url + "\"}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
    }

    private static void addCommand(TestAppliance trial, String name, List<String> words) {
        var wanted = JsonMapper.shared().createObjectNode();
        words.forEach(wanted.put("name", name).putArray("command")::add);
        var added = trial.adminClient().post("/servers", wanted.toString());
        assertThat(added.status()).as(added.body()).isEqualTo(201);
    }

    private static long millisSince(long began) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    private static int unusedPort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
