package com.kruxos.street;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.OddHttpServer;
import com.kruxos.peers.RawAgent;
import com.kruxos.peers.Trial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent wants to hear of servers' logs, and whether they are told. */
class LoggingTest {
    @TempDir
    Path folder;

    private Trial trial;
    private OddHttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = OddHttpServer.start();
        trial = Trial.start(folder.resolve("home"));
    }

    @AfterEach
    void stop() {
        trial.close();
        server.close();
    }

    /** Red without {@code loggedFrom} in Wishes.tell. */
    @Test
    void aServerThatBeginsAnewIsToldAgain() {
        add("shared");
        try (var agent = trial.connected("caller")) {
            level(agent, "warning");
            Trial.await(() -> server.levels().equals(List.of("warning")), () -> "to be told");
            level(agent, "error"); // others may want what was asked for before
            server.forgetSessions(404);
            assertThat(agent.call(2, "far__count", "{}").has("result")).isTrue();
            Trial.await(() -> server.levels().size() == 2, () -> "to be told again");
            assertThat(server.levels()).containsExactly("warning", "warning");
        }
    }

    /** Red without {@code wantedLogLevel} in Lives.begun: the life begins with the first call. */
    @Test
    void aLifeForOneAgentIsToldWhatItSaidBeforeItsFirstCall() {
        add("per-agent");
        try (var agent = trial.connected("caller")) {
            level(agent, "warning");
            assertThat(agent.call(2, "far__count", "{}").has("result")).isTrue();
            Trial.await(() -> server.levels().contains("warning"), () -> "to be told");
        }
    }

    /** Red without the look at the standing in Calls.logLevel. */
    @Test
    void anAgentThatIsPausedReachesNoServerThisWayEither() {
        add("shared");
        try (var agent = trial.connected("caller")) {
            assertThat(trial.api().post("/agents/caller/pause", "{}").status()).isEqualTo(200);
            level(agent, "warning");
            assertThat(trial.api().post("/agents/caller/resume", "{}").status()).isEqualTo(200);
            level(agent, "error");
            Trial.await(() -> !server.levels().isEmpty(), () -> "to be told");
            assertThat(server.levels()).containsExactly("error");
        }
    }

    /** Red without the comparison in Asking.relay: this server says more than it was told to. */
    @Test
    void anAgentHearsNothingLessSevereThanItAskedFor() {
        add("shared");
        try (var agent = trial.connected("caller")) {
            assertThat(heard(agent)).contains("said at debug").contains("said at error");
            level(agent, "warning");
            assertThat(heard(agent)).doesNotContain("said at debug").contains("said at error");
        }
    }

    private void add(String sessions) {
        var added = trial.api()
                .post(
                        "/servers",
                        "{\"name\":\"far\",\"url\":\"" + server.url() + "\",\"sessions\":\"" + sessions + "\"}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState("far", "ready");
    }

    private static void level(RawAgent agent, String level) {
        assertThat(agent.ask(900 + level.length(), "logging/setLevel", "{\"level\":\"" + level + "\"}")
                        .has("result"))
                .isTrue();
    }

    /** What comes until the call is answered. */
    private static String heard(RawAgent agent) {
        agent.sendCall(7, "far__log", "{}");
        var heard = new ArrayList<String>();
        do {
            heard.add(agent.next(text -> true));
        } while (!heard.getLast().contains("\"id\":7"));
        return String.join("\n", heard);
    }
}
