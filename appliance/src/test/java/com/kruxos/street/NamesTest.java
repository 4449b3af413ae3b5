package com.kruxos.street;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.OddHttpServer;
import com.kruxos.peers.RawAgent;
import com.kruxos.peers.Trial;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Row F16: what agents call a tool depends on nothing but the tool. */
@Timeout(180)
class NamesTest {
    private static final String LONG = "a-name-of-a-tool-that-leaves-no-room-for-that-of-any-server-";
    private static final List<String> TOOLS =
            List.of("read", LONG + "one", LONG + "two", "x.y", "x y", "x_y", "größe", "b__c", "dotted.name");

    @TempDir
    Path folder;

    /**
     * Row F16: red when FeatureTable.replace asks for a new name for what it has seen before, when FeatureName forgets
     * the length or the hash, or when the number of servers decides about the prefix.
     */
    @Test
    void namesStayWhateverElseIsThereAndEachLeadsToItsOwnTool() throws Exception {
        try (var mine = OddHttpServer.start();
                var other = OddHttpServer.start();
                var trial = Trial.start(folder.resolve("home"))) {
            mine.tools(TOOLS);
            other.tools(TOOLS);
            var key = trial.agent("caller");
            add(trial, "mine", mine, true);
            var alone = names(trial, key);
            assertThat(alone).hasSize(TOOLS.size()).containsKey("mine__read");
            assertThat(alone.keySet()).allMatch(name -> name.matches("[A-Za-z0-9_-]{1,64}"));

            add(trial, "aaa", other, true);
            add(trial, "zzz", other, true);
            // Without a prefix each name that another has already is another one.
            add(trial, "bare", other, false);
            add(trial, "bare-too", other, false);
            var crowded = names(trial, key);
            assertThat(crowded).hasSize(5 * TOOLS.size()).containsAllEntriesOf(alone);
            assertThat(crowded.keySet()).allMatch(name -> name.matches("[A-Za-z0-9_-]{1,64}"));

            trial.restart();
            assertThat(names(trial, key)).isEqualTo(crowded);

            // The first to be called read goes; who came second is still called what it was.
            assertThat(trial.api().delete("/servers/bare").status()).isEqualTo(200);
            assertThat(trial.api().delete("/servers/aaa").status()).isEqualTo(200);
            mine.tools(TOOLS.reversed());
            trial.restart();
            trial.awaitState("mine", "ready");
            var fewer = names(trial, key);
            assertThat(fewer).hasSize(3 * TOOLS.size()).containsAllEntriesOf(alone);
            assertThat(crowded).containsAllEntriesOf(fewer);

            try (var agent = RawAgent.connect(trial.port(), key)) {
                agent.hello();
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

    /** Server and tool by the name agents know; the list agents get has the same names. */
    private static Map<String, String> names(Trial trial, String key) {
        var names = new TreeMap<String, String>();
        for (var server : trial.api().get("/servers").json().path("items")) {
            var name = server.path("name").asString();
            for (var tool :
                    trial.api().get("/servers/" + name + "/tools").json().path("items")) {
                names.put(
                        tool.path("name").asString(),
                        name + " " + tool.path("upstream_name").asString());
            }
        }
        try (var agent = RawAgent.connect(trial.port(), key)) {
            agent.hello();
            assertThat(agent.ask(1, "tools/list", "{}")
                            .path("result")
                            .path("tools")
                            .valueStream()
                            .map(tool -> tool.path("name").asString()))
                    .containsExactlyElementsOf(names.keySet());
        }
        return names;
    }

    private static void add(Trial trial, String name, OddHttpServer server, boolean prefixed) {
        var added = trial.api()
                .post(
                        "/servers",
                        "{\"name\":\"" + name + "\",\"url\":\"" + server.url() + "\",\"prefix\":" + prefixed + "}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState(name, "ready");
    }
}
