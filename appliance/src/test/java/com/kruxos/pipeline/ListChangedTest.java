package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.FaultyHttpServer;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.MinimalServers;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Agents learn of a changed list, and never get a stale one. */
@Timeout(180)
class ListChangedTest {
    private static final String CHANGED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}";

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

    /** Fails when InstancePool does not rebuild the catalogs or call the listener, or McpHttpSession does not send. */
    @Test
    void agentsAreNotifiedOverWebSocketAndSseAndTheNextListIsCurrent() throws IOException {
        try (var far = FaultyHttpServer.start();
                var socket = trial.connectAgent("socket");
                var http = new HttpAgent(trial.port(), trial.createAgent("http"))) {
            far.setTools(List.of("one"));
            addServer(far);
            http.initialize();
            try (var stream = http.openStream(null).body()) {
                // Notifications about the new server may still arrive.
                for (var round = 2; round < 5; round++) {
                    var name = "number-" + round;
                    far.setTools(List.of("one", name));
                    TestAppliance.await(() -> far.openStreamCount() == 1, () -> "the gateway to listen");
                    far.broadcast(CHANGED);
                    // Both agents are notified and then list the tool.
                    assertNotifiedAndListed(socket, stream, http, "far__" + name);
                }
            }
        }
    }

    /** Both agents are notified and then list the tool. */
    private static void assertNotifiedAndListed(
            WebSocketAgent socket, InputStream stream, HttpAgent http, String tool) {
        do {
            assertThat(socket.awaitMessage(text -> text.contains("list_changed")))
                    .contains("notifications/tools/list_changed");
        } while (!socket.request(1, "tools/list", "{}").toString().contains(tool));
        do {
            assertThat(HttpAgent.readEvent(stream).data()).contains("list_changed");
        } while (!http.post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}")
                .body()
                .contains(tool));
    }

    /** Fails without ListRefresher.runInitial: the first list would replace the second one. */
    @Test
    void aChangeDuringTheHandshakeIsNotLost() {
        try (var agent = trial.connectAgent("early")) {
            for (var n = 0; n < 5; n++) {
                var name = "grows-" + n;
                trial.addServer(name, MinimalServers.shellCommand(), Map.of(), Map.of("SMALL_GROWS", "1"), "ready");
                TestAppliance.await(
                        () -> agent.request(1, "tools/list", "{}").toString().contains(name + "__late"),
                        () -> "the tool that came late");
            }
        }
    }

    /** Fails when ListRefresher reads two lists of one kind at the same time. */
    @Test
    void afterManyChangesTheLatestListIsServed() throws IOException {
        try (var far = FaultyHttpServer.start();
                var agent = trial.connectAgent("busy")) {
            far.setTools(List.of("one"));
            addServer(far);
            TestAppliance.await(() -> far.openStreamCount() == 1, () -> "the gateway to listen");
            var last = "";
            for (var n = 0; n < 300; n++) {
                last = "number-" + n;
                far.setTools(List.of("one", last));
                far.broadcast(CHANGED);
            }
            var wanted = "far__" + last;
            TestAppliance.await(
                    () -> agent.request(1, "tools/list", "{}").toString().contains(wanted),
                    () -> "the last of the lists");
            assertThat(agent.request(2, "tools/list", "{}").path("result").path("tools"))
                    .hasSize(2);
            assertThat(far.count("tools/list"))
                    .as("changes in quick succession are read once")
                    .isLessThan(300);
        }
    }

    private void addServer(FaultyHttpServer far) {
        var added = trial.adminClient().post("/servers", "{\"name\":\"far\",\"url\":\"" + far.url() + "\"}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState("far", "ready");
    }
}
