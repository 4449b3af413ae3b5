package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cutting an agent off takes effect at once and completely. */
class RevocationTest {
    @TempDir
    Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T10:00:00Z"));
    private TestAppliance trial;
    private Path effects;

    @BeforeEach
    void start() {
        effects = folder.resolve("effects.log");
        InstantSource clock = now::get;
        trial = TestAppliance.start(folder.resolve("home"), com.kruxos.config.Config.defaults(), clock);
        trial.addFaultyServer("odd", Map.of(), Map.of("ODD_LOG", effects.toString()));
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    /**
     * After a revocation returns, nothing is dispatched for the agent. Fails when it does not end the sessions, or
     * without InFlightRequest.claim before the write.
     */
    @Test
    void revocationClosesSessionsAndWithholdsResultsInFlight() {
        var agents = new ArrayList<WebSocketAgent>();
        var key = trial.createAgent("doomed");
        for (var i = 0; i < 5; i++) {
            var agent = WebSocketAgent.connect(trial.port(), key);
            agent.initialize();
            agent.sendCall(1, "odd__hang", "{\"n\":\"" + i + "\"}");
            agents.add(agent);
        }
        TestAppliance.await(() -> TestAppliance.readLines(effects).size() >= 5, () -> "five calls to arrive");

        var revoked = trial.adminClient().post("/agents/doomed/revoke", "{}");

        assertThat(revoked.status()).as(revoked.body()).isEqualTo(200);
        assertThat(revoked.json().path("sessions_closed").asInt()).isEqualTo(5);
        assertThat(trial.adminClient().get("/sessions").json().path("items").isEmpty())
                .isTrue();
        var arrived = TestAppliance.readLines(effects).stream()
                .filter(line -> line.startsWith("call"))
                .count();
        for (var agent : agents) {
            try {
                agent.sendCall(2, "odd__echo", "{\"n\":\"after\"}");
            } catch (RuntimeException e) {
                // The socket may already be closed on this side.
            }
            assertThat(agent.closeCode()).isIn(1008, 1006);
            assertThat(agent.poll(0)).as("results in flight are withheld").isNull();
        }
        assertThat(TestAppliance.readLines(effects).stream()
                        .filter(line -> line.startsWith("call"))
                        .count())
                .as("0 dispatches after revocation returned")
                .isEqualTo(arrived);
        assertThat(WebSocketAgent.refusalStatus(
                        trial.port(), "/mcp", builder -> builder.header("Authorization", "Bearer " + key)))
                .isEqualTo(401);
        TestAppliance.await(
                () -> trial.auditRecords().stream()
                        .anyMatch(record ->
                                record.path("details").path("withheld").asBoolean(false)),
                () -> "the record of what was withheld");
    }

    /** Fails without {@code Sessions.endSession} in {@code SessionAdmin.close}. */
    @Test
    void aClosedSessionReceivesNothingAndItsAgentMayReconnect() {
        var key = trial.createAgent("guest");
        try (var closed = WebSocketAgent.connect(trial.port(), key);
                var other = WebSocketAgent.connect(trial.port(), key)) {
            closed.initialize();
            closed.sendCall(1, "odd__hang", "{\"n\":\"1\"}");
            TestAppliance.await(() -> !TestAppliance.readLines(effects).isEmpty(), () -> "the call to arrive");
            other.initialize();
            var path = trial.adminClient()
                    .get("/sessions")
                    .json()
                    .path("items")
                    .valueStream()
                    .filter(session -> session.path("in_flight").asInt() == 1)
                    .map(session -> "/sessions/" + session.path("id").asString())
                    .findFirst()
                    .orElseThrow();

            var answer = trial.adminClient().delete(path);

            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.json().path("agent").asString()).isEqualTo("guest");
            assertThat(closed.closeCode()).isIn(1008, 1006);
            assertThat(closed.poll(0)).as("results in flight are withheld").isNull();
            assertThat(other.callText(2, "odd__slow", "{\"ms\":1,\"n\":\"still\"}"))
                    .isEqualTo("still done");
            assertThat(trial.adminClient().delete(path).status()).isEqualTo(404);
        }
        WebSocketAgent.connect(trial.port(), key).close();
        assertThat(trial.adminClient().get("/audit?kind=admin.closed&limit=500").body())
                .contains("session.close");
    }

    @Test
    void rotationRevokesTheOldKeyUnlessAnOverlapIsRequested() {
        var old = WebSocketAgent.connect(trial.port(), trial.createAgent("turning"));
        old.initialize();
        var rotated = trial.adminClient().post("/agents/turning/rotate", "{}").json();
        assertThat(old.closeCode()).isEqualTo(1008);

        var second = rotated.path("key").asString();
        var overlapping = WebSocketAgent.connect(trial.port(), second);
        overlapping.initialize();
        var third = trial.adminClient()
                .post("/agents/turning/rotate", "{\"overlap\":\"1h\"}")
                .json()
                .path("key")
                .asString();
        assertThat(overlapping.callText(1, "odd__slow", "{\"ms\":1,\"n\":\"still\"}"))
                .isEqualTo("still done");
        WebSocketAgent.connect(trial.port(), second).close();

        now.set(now.get().plus(Duration.ofHours(1)));

        assertThat(overlapping.closeCode()).isEqualTo(1008);
        assertThat(WebSocketAgent.refusalStatus(
                        trial.port(), "/mcp", builder -> builder.header("Authorization", "Bearer " + second)))
                .isEqualTo(401);
        WebSocketAgent.connect(trial.port(), third).close();
    }

    @Test
    void aPausedAgentIsRefusedUntilItIsResumed() {
        try (var agent = trial.connectAgent("resting")) {
            trial.adminClient().post("/agents/resting/pause", "{}");
            assertThat(agent.callText(1, "odd__echo", "{}")).contains("agent_paused");
            trial.adminClient().post("/agents/resting/resume", "{}");
            assertThat(agent.callText(2, "odd__slow", "{\"ms\":1}")).endsWith("done");
        }
    }

    @Test
    void aRestoredAgentGetsANewKeyAndTheOldOneStaysRevoked() {
        var old = trial.createAgent("phoenix");
        trial.adminClient().post("/agents/phoenix/revoke", "{}");
        var restored = trial.adminClient()
                .post("/agents/phoenix/restore", "{}")
                .json()
                .path("key")
                .asString();
        assertThat(restored).hasSize(64).isNotEqualTo(old);
        WebSocketAgent.connect(trial.port(), restored).close();
        assertThat(WebSocketAgent.refusalStatus(
                        trial.port(), "/mcp", builder -> builder.header("Authorization", "Bearer " + old)))
                .isEqualTo(401);
    }

    @Test
    void aRevokedAgentsQueuedCallIsNotSent() throws Exception {
        trial.adminClient().delete("/servers/odd");
        var gate = folder.resolve("gate");
        var command = new ArrayList<>(java.util.List.of(
                "/bin/sh", "-c", "while [ ! -e " + gate + " ]; do sleep 0.05; done; exec \"$@\"", "sh"));
        command.addAll(TestAppliance.faultyServerCommand());
        trial.addServer("late", command, Map.of(), Map.of("ODD_LOG", effects.toString()), "starting");
        var agent = trial.connectAgent("early");
        agent.sendCall(1, "late__echo", "{}");
        agent.poll(TimeUnit.MILLISECONDS.toNanos(100));
        trial.adminClient().post("/agents/early/revoke", "{}");
        java.nio.file.Files.createFile(gate);
        trial.awaitState("late", "ready");
        try (var other = trial.connectAgent("other")) {
            other.callText(1, "late__slow", "{\"ms\":1}");
        }
        assertThat(TestAppliance.readLines(effects)).noneMatch(line -> line.startsWith("call echo"));
    }
}
