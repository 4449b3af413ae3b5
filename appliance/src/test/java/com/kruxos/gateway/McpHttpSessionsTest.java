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

/** Clients that never end their sessions do not exhaust the appliance. */
@Timeout(180)
class McpHttpSessionsTest {
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

    @TempDir
    Path folder;

    // Fails without the comparison with idleNanos in McpHttpSessions.onTimer; the second half without
    // McpHttpSession.isIdle.
    @Test
    void idleSessionsEndUnlessAStreamIsOpen() throws Exception {
        try (var appliance = TestAppliance.start(
                folder.resolve("home"), Config.defaults().withSessionIdleTimeout(Duration.ofMillis(1_500)))) {
            var key = appliance.createAgent("forgetful");
            try (var silent = new HttpAgent(appliance.port(), key);
                    var listening = new HttpAgent(appliance.port(), key)) {
                silent.initialize();
                listening.initialize();
                try (var stream = listening.openStream(null).body()) {
                    assertThat(stream).isNotNull();
                    TestAppliance.await(
                            () -> silent.session() != null && count(appliance) == 1, () -> "the idle session to end");
                    assertThat(silent.post(PING).status()).isEqualTo(404);
                    assertThat(listening.post(PING).status()).isEqualTo(200);
                    silent.session(null);
                    assertThat(silent.initialize().status()).as("it comes back").isEqualTo(200);
                }
            }
            assertThat(appliance.auditRecords().stream()
                            .filter(record -> record.path("kind").asString().equals("session.ended"))
                            .map(record -> record.path("details").path("reason").asString()))
                    .contains("idle");
        }
    }

    // Fails without Sessions.endOldestIdle.
    @Test
    void anAgentsOldestIdleSessionEndsForANewOne() {
        try (var appliance = TestAppliance.start(folder.resolve("home"))) {
            var key = appliance.createAgent("eager");
            var sessions = new ArrayList<String>();
            try (var agent = new HttpAgent(appliance.port(), key)) {
                for (var n = 0; n < 1_005; n++) {
                    agent.session(null);
                    assertThat(agent.initialize().status()).isEqualTo(200);
                    sessions.add(agent.session());
                }
                assertThat(count(appliance)).isEqualTo(1_000);
                agent.session(sessions.getFirst());
                assertThat(agent.post(PING).status()).isEqualTo(404);
                agent.session(sessions.getLast());
                assertThat(agent.post(PING).status()).isEqualTo(200);
                try (var socket = WebSocketAgent.connect(appliance.port(), key)) {
                    assertThat(socket.initialize().has("result"))
                            .as("also for a WebSocket")
                            .isTrue();
                    assertThat(count(appliance)).isEqualTo(1_000);
                }
                for (var session : sessions) {
                    agent.session(session);
                    agent.delete();
                }
            }
            TestAppliance.await(() -> count(appliance) == 0, () -> count(appliance) + " sessions to end");
        }
    }

    /**
     * The real limit of all agents together. Fails without its check in Sessions.findRefusal, without checkCapacity in
     * McpServlet (the handshake succeeds), or without the 503 of SessionRefusalReply; the last lines without
     * Sessions.onConnectionClosed or endOldestIdle.
     */
    @Test
    void fiveThousandSessionsAreTheLimitAndAnEndedOneFreesAPlace() throws Exception {
        try (var appliance = TestAppliance.start(folder.resolve("home"));
                var late = new HttpAgent(appliance.port(), appliance.createAgent("late"))) {
            var agents = new ArrayList<HttpAgent>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var n = 0; n < 5; n++) {
                    var agent = new HttpAgent(appliance.port(), appliance.createAgent("agent-" + n));
                    agents.add(agent);
                    threads.execute(() -> {
                        for (var session = 0; session < 1_000; session++) {
                            agent.session(null);
                            agent.initialize();
                        }
                    });
                }
            }
            assertThat(count(appliance)).isEqualTo(5_000);
            var refused = late.initialize();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.contentType()).isEqualTo("application/problem+json");
            assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.json().path("detail").asString()).startsWith("there are 5000 sessions");
            assertThat(refused.json().path("hint").asString()).contains("kruxos session list");
            var key = appliance.createAgent("socket");
            assertThat(WebSocketAgent.refusalStatus(
                            appliance.port(), "/mcp", builder -> builder.header("Authorization", "Bearer " + key)))
                    .isEqualTo(503);
            assertThat(count(appliance)).isEqualTo(5_000);

            var first = agents.getFirst();
            assertThat(first.post(PING).status()).as("who is in stays in").isEqualTo(200);
            first.session(null);
            assertThat(first.initialize().status())
                    .as("whoever has idle ones gives one up")
                    .isEqualTo(200);
            assertThat(count(appliance)).isEqualTo(5_000);
            assertThat(first.delete().status()).isEqualTo(204);
            assertThat(late.initialize().status()).isEqualTo(200);
            assertThat(late.delete().status()).isEqualTo(204);
            try (var socket = WebSocketAgent.connect(appliance.port(), key)) {
                assertThat(socket.initialize().has("result")).isTrue();
            }
            agents.forEach(HttpAgent::close);
            assertThat(appliance.auditRecords().stream()
                            .filter(record -> record.path("kind").asString().equals("session.refused"))
                            .map(record -> record.path("details").path("reason").asString()))
                    .contains("too many sessions");
        }
    }

    /**
     * A WebSocket over the limit is refused by the handshake; one that loses the race for the last place is closed with
     * the reason.
     */
    @Test
    void simultaneousWebSocketsGetOnlyTheFreePlaces() throws Exception {
        try (var appliance = TestAppliance.start(folder.resolve("home"))) {
            var key = appliance.createAgent("many");
            var held = new ArrayList<WebSocketAgent>();
            for (var n = 0; n < 990; n++) {
                held.add(WebSocketAgent.connect(appliance.port(), key));
            }
            var late = new ConcurrentLinkedQueue<WebSocketAgent>();
            var refused = new ConcurrentLinkedQueue<Integer>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var n = 0; n < 60; n++) {
                    threads.execute(() -> {
                        try {
                            late.add(WebSocketAgent.connect(appliance.port(), key));
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
            assertThat(count(appliance)).isEqualTo(1_000);
            held.forEach(WebSocketAgent::close);
            late.forEach(WebSocketAgent::close);
        }
    }

    private static long count(TestAppliance appliance) {
        var count = 0L;
        var after = "";
        while (true) {
            var page =
                    appliance.adminClient().get("/sessions?limit=500" + after).json();
            count += page.path("items").size();
            if (!page.has("next")) {
                return count;
            }
            after = "&after=" + page.path("next").asString();
        }
    }
}
