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

/** What an agent wants to hear of servers' logs, and whether they are told. */
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

    /** Red without {@code loggedFrom} in Wishes.tell. */
    @Test
    void theLogLevelIsRestoredAfterARestart() {
        addServer("shared");
        try (var agent = trial.connectAgent("caller")) {
            setLevel(agent, "warning");
            TestAppliance.await(() -> server.logLevels().equals(List.of("warning")), () -> "to be told");
            setLevel(agent, "error"); // others may want what was asked for before
            server.forgetSessions(404);
            assertThat(agent.call(2, "far__count", "{}").has("result")).isTrue();
            TestAppliance.await(() -> server.logLevels().size() == 2, () -> "to be told again");
            assertThat(server.logLevels()).containsExactly("warning", "warning");
        }
    }

    /** Red without {@code wantedLogLevel} in Lives.begun: the life begins with the first call. */
    @Test
    void aPerAgentInstanceGetsTheLevelSetBeforeTheFirstCall() {
        addServer("per-agent");
        try (var agent = trial.connectAgent("caller")) {
            setLevel(agent, "warning");
            assertThat(agent.call(2, "far__count", "{}").has("result")).isTrue();
            TestAppliance.await(() -> server.logLevels().contains("warning"), () -> "to be told");
        }
    }

    /** Red without the look at the standing in Calls.logLevel. */
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
            TestAppliance.await(() -> !server.logLevels().isEmpty(), () -> "to be told");
            assertThat(server.logLevels()).containsExactly("error");
        }
    }

    /** Red without the comparison in Asking.relay: this server says more than it was told to. */
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

    /** What comes until the call is answered. */
    private static String messagesOfOneCall(WebSocketAgent agent) {
        agent.sendCall(7, "far__log", "{}");
        var heard = new ArrayList<String>();
        do {
            heard.add(agent.awaitMessage(text -> true));
        } while (!heard.getLast().contains("\"id\":7"));
        return String.join("\n", heard);
    }
}
