package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.FaultyHttpServer;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log level of agents reaches the servers, and filters what agents get. */
class LogLevelTest {
    @TempDir
    Path folder;

    private TestAppliance trial;
    private FaultyHttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = FaultyHttpServer.start();
        trial = TestAppliance.start(folder.resolve("home"));
    }

    @AfterEach
    void stop() {
        trial.close();
        server.close();
    }

    /** Fails when DesiredState.replayTo sends no log level. */
    @Test
    void theLogLevelIsRestoredAfterARestart() {
        addServer("shared");
        try (var agent = trial.connectAgent("caller")) {
            setLevel(agent, "warning");
            TestAppliance.await(() -> server.logLevels().equals(List.of("warning")), () -> "the level to be sent");
            setLevel(agent, "error"); // the lower level stays, because other agents may want it
            server.forgetSessions(404);
            assertThat(agent.call(2, "far__count", "{}").has("result")).isTrue();
            TestAppliance.await(() -> server.logLevels().size() == 2, () -> "the level to be sent again");
            assertThat(server.logLevels()).containsExactly("warning", "warning");
        }
    }

    /** Fails when InstancePool ignores the level requested before the instance is created. */
    @Test
    void aPerAgentInstanceGetsTheLevelSetBeforeTheFirstCall() {
        addServer("per-agent");
        try (var agent = trial.connectAgent("caller")) {
            setLevel(agent, "warning");
            assertThat(agent.call(2, "far__count", "{}").has("result")).isTrue();
            TestAppliance.await(() -> server.logLevels().contains("warning"), () -> "the level to be sent");
        }
    }

    /** Fails when CallPipeline does not check the agent's status. */
    @Test
    void aPausedAgentCannotSetTheLogLevel() {
        addServer("shared");
        try (var agent = trial.connectAgent("caller")) {
            assertThat(trial.adminClient().post("/agents/caller/pause", "{}").status())
                    .isEqualTo(200);
            setLevel(agent, "warning");
            assertThat(trial.adminClient().post("/agents/caller/resume", "{}").status())
                    .isEqualTo(200);
            setLevel(agent, "error");
            TestAppliance.await(() -> !server.logLevels().isEmpty(), () -> "the level to be sent");
            assertThat(server.logLevels()).containsExactly("error");
        }
    }

    /** This server ignores the level. Fails without the comparison in UpstreamCall.forwardNotification. */
    @Test
    void messagesBelowTheAgentsLevelAreNotForwarded() {
        addServer("shared");
        try (var agent = trial.connectAgent("caller")) {
            assertThat(messagesOfOneCall(agent)).contains("said at debug").contains("said at error");
            setLevel(agent, "warning");
            assertThat(messagesOfOneCall(agent)).doesNotContain("said at debug").contains("said at error");
        }
    }

    private void addServer(String sessions) {
        var added = trial.adminClient()
                .post(
                        "/servers",
                        "{\"name\":\"far\",\"url\":\"" + server.url() + "\",\"sessions\":\"" + sessions + "\"}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState("far", "ready");
    }

    private static void setLevel(WebSocketAgent agent, String level) {
        assertThat(agent.request(900 + level.length(), "logging/setLevel", "{\"level\":\"" + level + "\"}")
                        .has("result"))
                .isTrue();
    }

    /** All messages up to the response. */
    private static String messagesOfOneCall(WebSocketAgent agent) {
        agent.sendCall(7, "far__log", "{}");
        var messages = new ArrayList<String>();
        do {
            messages.add(agent.awaitMessage(text -> true));
        } while (!messages.getLast().contains("\"id\":7"));
        return String.join("\n", messages);
    }
}
