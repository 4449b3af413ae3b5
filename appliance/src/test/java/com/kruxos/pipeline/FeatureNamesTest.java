package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.FaultyHttpServer;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The name of a tool depends on nothing but the tool. */
@Timeout(180)
class FeatureNamesTest {
    private static final String LONG_NAME = "a-name-of-a-tool-that-leaves-no-room-for-that-of-any-server-";
    private static final List<String> TOOLS =
            List.of("read", LONG_NAME + "one", LONG_NAME + "two", "x.y", "x y", "x_y", "größe", "b__c", "dotted.name");

    @TempDir
    Path folder;

    /**
     * Fails when FeatureTable assigns a second name to a known feature, when FeatureName ignores the length or the
     * hash, or when the number of servers decides about the prefix.
     */
    @Test
    void namesAreStableAndUnambiguous() throws Exception {
        try (var mine = FaultyHttpServer.start();
                var other = FaultyHttpServer.start();
                var trial = TestAppliance.start(folder.resolve("home"))) {
            mine.setTools(TOOLS);
            other.setTools(TOOLS);
            var key = trial.createAgent("caller");
            addServer(trial, "mine", mine, true);
            var alone = toolsByName(trial, key);
            assertThat(alone).hasSize(TOOLS.size()).containsKey("mine__read");
            assertThat(alone.keySet()).allMatch(name -> name.matches("[A-Za-z0-9_-]{1,64}"));

            addServer(trial, "aaa", other, true);
            addServer(trial, "zzz", other, true);
            // Without a prefix, a name that is taken gets a suffix.
            addServer(trial, "bare", other, false);
            addServer(trial, "bare-too", other, false);
            var crowded = toolsByName(trial, key);
            assertThat(crowded).hasSize(5 * TOOLS.size()).containsAllEntriesOf(alone);
            assertThat(crowded.keySet()).allMatch(name -> name.matches("[A-Za-z0-9_-]{1,64}"));

            trial.restart();
            assertThat(toolsByName(trial, key)).isEqualTo(crowded);

            // The server that was first with the name "read" is removed; the others keep their names.
            assertThat(trial.adminClient().delete("/servers/bare").status()).isEqualTo(200);
            assertThat(trial.adminClient().delete("/servers/aaa").status()).isEqualTo(200);
            mine.setTools(TOOLS.reversed());
            trial.restart();
            trial.awaitState("mine", "ready");
            var fewer = toolsByName(trial, key);
            assertThat(fewer).hasSize(3 * TOOLS.size()).containsAllEntriesOf(alone);
            assertThat(crowded).containsAllEntriesOf(fewer);

            try (var agent = WebSocketAgent.connect(trial.port(), key)) {
                agent.initialize();
                var id = 0;
                for (var tool : TOOLS) {
                    for (var name : alone.entrySet()) {
                        if (name.getValue().equals("mine " + tool)) {
                            agent.call(++id, name.getKey(), "{}");
                        }
                    }
                    assertThat(mine.count("call:" + tool)).as(tool).isEqualTo(1);
                    assertThat(other.count("call:" + tool)).as(tool).isZero();
                }
            }
        }
    }

    /** Server and upstream name by the name that agents use. */
    private static Map<String, String> toolsByName(TestAppliance trial, String key) {
        var names = new TreeMap<String, String>();
        for (var server : trial.adminClient().get("/servers").json().path("items")) {
            var name = server.path("name").asString();
            for (var tool : trial.adminClient()
                    .get("/servers/" + name + "/tools")
                    .json()
                    .path("items")) {
                names.put(
                        tool.path("name").asString(),
                        name + " " + tool.path("upstream_name").asString());
            }
        }
        try (var agent = WebSocketAgent.connect(trial.port(), key)) {
            agent.initialize();
            assertThat(agent.request(1, "tools/list", "{}")
                            .path("result")
                            .path("tools")
                            .valueStream()
                            .map(tool -> tool.path("name").asString()))
                    .containsExactlyElementsOf(names.keySet());
        }
        return names;
    }

    private static void addServer(TestAppliance trial, String name, FaultyHttpServer server, boolean prefixed) {
        var added = trial.adminClient()
                .post(
                        "/servers",
                        "{\"name\":\"" + name + "\",\"url\":\"" + server.url() + "\",\"prefix\":" + prefixed + "}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState(name, "ready");
    }
}
