package com.kruxos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Row F1: clients that never say goodbye fill nothing up. */
@Timeout(180)
class McpHttpSessionsTest {
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

    @TempDir
    Path folder;

    // Red without the comparison with `idle` in McpHttpSessions.onTimer; the second half without McpHttpSession.isIdle.
    @Test
    void idleSessionsEndUnlessAStreamIsOpen() throws Exception {
        try (var trial = TestAppliance.start(
                folder.resolve("home"), Config.defaults().withSessionIdleTimeout(Duration.ofMillis(1_500)))) {
            var key = trial.createAgent("forgetful");
            try (var silent = new HttpAgent(trial.port(), key);
                    var listening = new HttpAgent(trial.port(), key)) {
                silent.initialize();
                listening.initialize();
                try (var stream = listening.openStream(null).body()) {
                    assertThat(stream).isNotNull();
                    TestAppliance.await(
                            () -> silent.session() != null && count(trial) == 1, () -> "the idle session to end");
                    assertThat(silent.post(PING).status()).isEqualTo(404);
                    assertThat(listening.post(PING).status()).isEqualTo(200);
                    silent.session(null);
                    assertThat(silent.initialize().status()).as("it comes back").isEqualTo(200);
                }
            }
            assertThat(trial.auditRecords().stream()
                            .filter(record -> record.path("kind").asString().equals("session.ended"))
                            .map(record -> record.path("details").path("reason").asString()))
                    .contains("idle");
        }
    }

    // Red without McpHttpSessions.endOldestIdle.
    @Test
    void anAgentsOldestIdleSessionEndsForANewOne() {
        try (var trial = TestAppliance.start(folder.resolve("home"))) {
            var key = trial.createAgent("eager");
            var sessions = new ArrayList<String>();
            try (var agent = new HttpAgent(trial.port(), key)) {
                for (var n = 0; n < 1_005; n++) {
                    agent.session(null);
                    assertThat(agent.initialize().status()).isEqualTo(200);
                    sessions.add(agent.session());
                }
                assertThat(count(trial)).isEqualTo(1_000);
                agent.session(sessions.getFirst());
                assertThat(agent.post(PING).status()).isEqualTo(404);
                agent.session(sessions.getLast());
                assertThat(agent.post(PING).status()).isEqualTo(200);
                try (var socket = WebSocketAgent.connect(trial.port(), key)) {
                    assertThat(socket.initialize().has("result"))
                            .as("also for a WebSocket")
                            .isTrue();
                    assertThat(count(trial)).isEqualTo(1_000);
                }
                for (var session : sessions) {
                    agent.session(session);
                    agent.delete();
                }
            }
            TestAppliance.await(() -> count(trial) == 0, () -> count(trial) + " sessions to end");
        }
    }

    /**
     * The bound of all agents together, in earnest. Red without the look at it in Sessions.refusal (the next gets in),
     * {@code http.room} in McpServlet (the handshake is answered 101) or its 503 in SessionRefusalReply; the last lines
     * without {@code open.remove} in Sessions.closed or {@code makeRoom}.
     */
    @Test
    void fiveThousandSessionsAreTheLimitAndAnEndedOneFreesAPlace() throws Exception {
        try (var trial = TestAppliance.start(folder.resolve("home"));
                var late = new HttpAgent(trial.port(), trial.createAgent("late"))) {
            var agents = new ArrayList<HttpAgent>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var n = 0; n < 5; n++) {
                    var agent = new HttpAgent(trial.port(), trial.createAgent("agent-" + n));
                    agents.add(agent);
                    threads.execute(() -> {
                        for (var session = 0; session < 1_000; session++) {
                            agent.session(null);
                            agent.initialize();
                        }
                    });
                }
            }
            assertThat(count(trial)).isEqualTo(5_000);
            var refused = late.initialize();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.contentType()).isEqualTo("application/problem+json");
            assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.json().path("detail").asString()).startsWith("there are 5000 sessions");
            assertThat(refused.json().path("hint").asString()).contains("kruxos session list");
            var key = trial.createAgent("socket");
            assertThat(WebSocketAgent.refusalStatus(
                            trial.port(), "/mcp", builder -> builder.header("Authorization", "Bearer " + key)))
                    .isEqualTo(503);
            assertThat(count(trial)).isEqualTo(5_000);

            var first = agents.getFirst();
            assertThat(first.post(PING).status()).as("who is in stays in").isEqualTo(200);
            first.session(null);
            assertThat(first.initialize().status())
                    .as("whoever has idle ones gives one up")
                    .isEqualTo(200);
            assertThat(count(trial)).isEqualTo(5_000);
            assertThat(first.delete().status()).isEqualTo(204);
            assertThat(late.initialize().status()).isEqualTo(200);
            assertThat(late.delete().status()).isEqualTo(204);
            try (var socket = WebSocketAgent.connect(trial.port(), key)) {
                assertThat(socket.initialize().has("result")).isTrue();
            }
            agents.forEach(HttpAgent::close);
            assertThat(trial.auditRecords().stream()
                            .filter(record -> record.path("kind").asString().equals("session.refused"))
                            .map(record -> record.path("details").path("reason").asString()))
                    .contains("too many sessions");
        }
    }

    /** Row F1: a WebSocket is refused by the handshake; one that loses the race for the last place hears why. */
    @Test
    void simultaneousWebSocketsGetOnlyTheFreePlaces() throws Exception {
        try (var trial = TestAppliance.start(folder.resolve("home"))) {
            var key = trial.createAgent("many");
            var held = new ArrayList<WebSocketAgent>();
            for (var n = 0; n < 990; n++) {
                held.add(WebSocketAgent.connect(trial.port(), key));
            }
            var late = new ConcurrentLinkedQueue<WebSocketAgent>();
            var refused = new ConcurrentLinkedQueue<Integer>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var n = 0; n < 60; n++) {
                    threads.execute(() -> {
                        try {
                            late.add(WebSocketAgent.connect(trial.port(), key));
                        } catch (CompletionException e) {
                            refused.add(WebSocketAgent.refusalStatus(e));
                        }
                    });
                }
            }
            assertThat(refused).allMatch(status -> status == 429).hasSize(60 - late.size());
            TestAppliance.await(
                    () -> late.stream().filter(WebSocketAgent::isClosed).count() == late.size() - 10,
                    () -> "all but ten of " + late.size() + " to be closed");
            for (var agent : late) {
                if (agent.isClosed()) {
                    assertThat(agent.closeCode()).isEqualTo(1013);
                    assertThat(agent.closeReason()).startsWith("the agent has 1000 sessions");
                } else {
                    assertThat(agent.initialize().has("result")).isTrue();
                }
            }
            assertThat(count(trial)).isEqualTo(1_000);
            held.forEach(WebSocketAgent::close);
            late.forEach(WebSocketAgent::close);
        }
    }

    private static long count(TestAppliance trial) {
        var count = 0L;
        var after = "";
        while (true) {
            var page = trial.adminClient().get("/sessions?limit=500" + after).json();
            count += page.path("items").size();
            if (!page.has("next")) {
                return count;
            }
            after = "&after=" + page.path("next").asString();
        }
    }
}
