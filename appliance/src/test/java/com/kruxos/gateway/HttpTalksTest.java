package com.kruxos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.Trial;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Row F1: clients that never say goodbye fill nothing up. */
@Timeout(180)
class HttpTalksTest {
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

    @TempDir
    Path folder;

    // Red without the comparison with `idle` in HttpTalks.tick; the second half without HttpTalk.idle.
    @Test
    void aSessionNobodyUsesEndsAndOneThatListensDoesNot() throws Exception {
        try (var trial =
                Trial.start(folder.resolve("home"), Config.defaults().withSessionIdle(Duration.ofMillis(1_500)))) {
            var key = trial.agent("forgetful");
            try (var silent = new HttpAgent(trial.port(), key);
                    var listening = new HttpAgent(trial.port(), key)) {
                silent.hello();
                listening.hello();
                try (var stream = listening.listen(null).body()) {
                    assertThat(stream).isNotNull();
                    Trial.await(() -> silent.session() != null && count(trial) == 1, () -> "the idle session to end");
                    assertThat(silent.post(PING).status()).isEqualTo(404);
                    assertThat(listening.post(PING).status()).isEqualTo(200);
                    silent.session(null);
                    assertThat(silent.hello().status()).as("it comes back").isEqualTo(200);
                }
            }
            assertThat(trial.records().stream()
                            .filter(record -> record.path("kind").asString().equals("session.ended"))
                            .map(record -> record.path("details").path("reason").asString()))
                    .contains("idle");
        }
    }

    // Red without HttpTalks.makeRoom.
    @Test
    void anAgentsOldestIdleSessionMakesRoomForItsNewest() {
        try (var trial = Trial.start(folder.resolve("home"))) {
            var key = trial.agent("eager");
            var sessions = new ArrayList<String>();
            try (var agent = new HttpAgent(trial.port(), key)) {
                for (var n = 0; n < 1_005; n++) {
                    agent.session(null);
                    assertThat(agent.hello().status()).isEqualTo(200);
                    sessions.add(agent.session());
                }
                assertThat(count(trial)).isEqualTo(1_000);
                agent.session(sessions.getFirst());
                assertThat(agent.post(PING).status()).isEqualTo(404);
                agent.session(sessions.getLast());
                assertThat(agent.post(PING).status()).isEqualTo(200);
                for (var session : sessions) {
                    agent.session(session);
                    agent.delete();
                }
            }
            assertThat(count(trial)).isZero();
        }
    }

    private static long count(Trial trial) {
        var count = 0L;
        var after = "";
        while (true) {
            var page = trial.api().get("/sessions?limit=500" + after).json();
            count += page.path("items").size();
            if (!page.has("next")) {
                return count;
            }
            after = "&after=" + page.path("next").asString();
        }
    }
}
