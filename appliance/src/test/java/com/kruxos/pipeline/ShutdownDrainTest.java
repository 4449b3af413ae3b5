package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.config.Config;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A stop lets calls in flight finish, starts no new ones, and leaves no open intent in the audit log. */
class ShutdownDrainTest {
    private static final String SLOW = "{\"ms\":4000,\"n\":\"1\"}";

    @TempDir
    Path folder;

    private TestAppliance trial;
    private Path effects;

    private void start(Duration drain) {
        effects = folder.resolve("effects.log");
        trial = TestAppliance.start(
                folder.resolve("home"),
                Config.defaults()
                        .withCalls(new Config.CallLimits(Duration.ofMinutes(5), Duration.ofMinutes(5), drain)));
        trial.addFaultyServer("odd", Map.of(), Map.of("ODD_LOG", effects.toString()));
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private CompletableFuture<Void> stopInBackground() {
        var port = trial.port();
        var stopping = CompletableFuture.runAsync(trial::stop, Thread::startVirtualThread);
        TestAppliance.await(() -> HttpAgent.getStatus(port, "/readyz") != 200, () -> "/readyz to fail");
        assertThat(HttpAgent.getStatus(port, "/readyz")).as("it still answers").isEqualTo(503);
        return stopping;
    }

    private void awaitCalls(int count) {
        TestAppliance.await(
                () -> TestAppliance.readLines(effects).stream()
                                .filter(line -> line.startsWith("call"))
                                .count()
                        >= count,
                () -> count + " calls to arrive");
    }

    /** Fails without {@code gateway.drain} in {@code Appliance.stop}. */
    @Test
    void callsInFlightAreAnsweredAndNewOnesAreRefused() throws Exception {
        start(Duration.ofMinutes(2));
        var key = trial.createAgent("caller");
        var agent = WebSocketAgent.connect(trial.port(), key);
        agent.initialize();
        agent.sendCall(1, "odd__slow", SLOW);
        awaitCalls(1);

        var stopping = stopInBackground();
        assertThat(agent.poll(0)).as("the call is still in flight").isNull();
        agent.sendCall(2, "odd__echo", "{}");
        assertThat(agent.awaitResponse(2)).contains("-32003", "the appliance is stopping");
        assertThat(WebSocketAgent.refusalStatus(
                        trial.port(), "/mcp", builder -> builder.header("Authorization", "Bearer " + key)))
                .isEqualTo(503);

        assertThat(agent.awaitResponse(1)).contains("done");
        assertThat(agent.closeCode()).isEqualTo(1001);
        stopping.get(120, TimeUnit.SECONDS);
        assertThat(TestAppliance.readLines(effects).stream().filter(line -> line.startsWith("call")))
                .hasSize(1);
        assertNoOpenRecords("answered");
    }

    /** The close code tells the agent that it may reconnect. */
    @Test
    void callsThatExceedTheDrainTimeAreCancelledAndRecorded() throws Exception {
        start(Duration.ofMillis(200));
        var agent = trial.connectAgent("caller");
        agent.sendCall(1, "odd__hang", "{}");
        awaitCalls(1);
        trial.stop();
        assertThat(agent.closeCode()).isEqualTo(1001);
        assertThat(agent.poll(0)).isNull();
        assertNoOpenRecords("cancelled");
    }

    @Test
    void callsOverHttpAreDrainedToo() throws Exception {
        start(Duration.ofMinutes(2));
        try (var agent = new HttpAgent(trial.port(), trial.createAgent("caller"))) {
            agent.initialize();
            var answer = CompletableFuture.supplyAsync(
                    () -> agent.callText(1, "odd__slow", SLOW), Thread::startVirtualThread);
            awaitCalls(1);
            var stopping = stopInBackground();
            assertThat(answer).isNotDone();
            assertThat(agent.call(2, "odd__echo", "{}").body()).contains("the appliance is stopping");
            assertThat(answer.get(120, TimeUnit.SECONDS)).endsWith("done");
            stopping.get(120, TimeUnit.SECONDS);
        }
        assertNoOpenRecords("answered");
        assertThat(trial.auditRecords())
                .as("the end of the session is recorded when the registry closes")
                .anyMatch(record -> kind(record).equals("session.ended"));
    }

    private void assertNoOpenRecords(String outcome) {
        trial.start();
        assertThat(trial.auditRecords())
                .noneMatch(record -> kind(record).equals("audit.interrupted"))
                .anyMatch(record -> kind(record).equals("system.stopped"))
                .anyMatch(record -> kind(record).equals("call.closed")
                        && record.path("outcome").asString().equals(outcome));
        trial.awaitState("odd", "ready");
    }

    private static String kind(JsonNode record) {
        return record.path("kind").asString();
    }
}
