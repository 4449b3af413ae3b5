package com.kruxos.street;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.OddHttpServer;
import com.kruxos.peers.RawAgent;
import com.kruxos.peers.SmallServer;
import com.kruxos.peers.Trial;
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

/** Row F7: a list that changes is heard of, and never stale. */
@Timeout(180)
class ListChangedTest {
    private static final String CHANGED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}";

    @TempDir
    Path folder;

    private Trial trial;

    @BeforeEach
    void start() {
        trial = Trial.start(folder.resolve("home"));
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    /** Row F7: red without {@code catalogs.index} or {@code changes.changed} in Lives.put, or HttpTalk.send. */
    @Test
    void agentsHearOfItOnAWebSocketAndOnAStreamAndTheNextListIsFresh() throws IOException {
        try (var far = OddHttpServer.start();
                var socket = trial.connected("socket");
                var http = new HttpAgent(trial.port(), trial.agent("http"))) {
            far.tools(List.of("one"));
            add(far);
            http.hello();
            try (var stream = http.listen(null).body()) {
                // What was said when the server came may still be on its way.
                for (var round = 2; round < 5; round++) {
                    var name = "number-" + round;
                    far.tools(List.of("one", name));
                    Trial.await(() -> far.listeners() == 1, () -> "the gateway to listen");
                    far.tell(CHANGED);
                    heard(socket, stream, http, "far__" + name);
                }
            }
        }
    }

    /** Both hear news, and see the tool in the list they then ask for. */
    private static void heard(RawAgent socket, InputStream stream, HttpAgent http, String tool) {
        do {
            assertThat(socket.next(text -> text.contains("list_changed"))).contains("notifications/tools/list_changed");
        } while (!socket.ask(1, "tools/list", "{}").toString().contains(tool));
        do {
            assertThat(HttpAgent.event(stream).data()).contains("list_changed");
        } while (!http.post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}")
                .body()
                .contains(tool));
    }

    /** Row F7: red without Readings.first around the hello in Upstream: the second list is lost behind the first. */
    @Test
    void aListThatChangesWhileTheServerIsIntroducedIsNotLost() {
        try (var agent = trial.connected("early")) {
            for (var n = 0; n < 5; n++) {
                var name = "grows-" + n;
                trial.server(name, SmallServer.plain(), Map.of(), Map.of("SMALL_GROWS", "1"), "ready");
                Trial.await(
                        () -> agent.ask(1, "tools/list", "{}").toString().contains(name + "__late"),
                        () -> "the tool that came late");
            }
        }
    }

    /** Row F7: red when Readings.again lets two readings of one kind run side by side. */
    @Test
    void afterManyChangesTheLastOneCounts() throws IOException {
        try (var far = OddHttpServer.start();
                var agent = trial.connected("busy")) {
            far.tools(List.of("one"));
            add(far);
            Trial.await(() -> far.listeners() == 1, () -> "the gateway to listen");
            var last = "";
            for (var n = 0; n < 300; n++) {
                last = "number-" + n;
                far.tools(List.of("one", last));
                far.tell(CHANGED);
            }
            var wanted = "far__" + last;
            Trial.await(
                    () -> agent.ask(1, "tools/list", "{}").toString().contains(wanted), () -> "the last of the lists");
            assertThat(agent.ask(2, "tools/list", "{}").path("result").path("tools"))
                    .hasSize(2);
            assertThat(far.count("tools/list"))
                    .as("changes nobody could have seen cost nothing")
                    .isLessThan(300);
        }
    }

    private void add(OddHttpServer far) {
        var added = trial.api().post("/servers", "{\"name\":\"far\",\"url\":\"" + far.url() + "\"}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState("far", "ready");
    }
}
