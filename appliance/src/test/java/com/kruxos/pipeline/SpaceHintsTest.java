package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Commands in hints name the Space, unless it is the default one. */
class SpaceHintsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path folder;

    private TestAppliance trial;

    @BeforeEach
    void start() {
        trial = TestAppliance.start(folder.resolve("home"));
        trial.adminClient().post("/spaces", "{\"name\":\"lab\"}");
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private void addServer(String name, List<String> command, String... secret) {
        var wanted = JSON.createObjectNode().put("name", name).put("space", "lab");
        command.forEach(wanted.putArray("command")::add);
        if (secret.length > 0) {
            wanted.putObject("env").put("TOKEN", "secret:" + secret[0]);
        }
        var added = trial.adminClient().post("/servers", wanted.toString());
        assertThat(added.status()).as(added.body()).isEqualTo(201);
    }

    /** Returns the key. */
    private String createAgent() {
        return trial.adminClient()
                .post("/agents", "{\"name\":\"bot\",\"space\":\"lab\"}")
                .json()
                .path("key")
                .asString();
    }

    private String awaitState(String server, String state) {
        TestAppliance.await(() -> show(server).contains("\"" + state + "\""), () -> show(server));
        return show(server);
    }

    private String show(String server) {
        return trial.adminClient().get("/servers/" + server + "?space=lab").body();
    }

    /** Fails when a hint of CredentialResolver, ServerSupervisor or HealthChecks omits the Space. */
    @Test
    void hintsAboutAServerNameItsSpace() {
        addServer("odd", TestAppliance.faultyServerCommand(), "odd/token");
        addServer("gone", List.of("/nowhere/at-all"));
        addServer("off", TestAppliance.faultyServerCommand());
        trial.adminClient().post("/servers/off/disable?space=lab", "{}");
        assertThat(awaitState("odd", "missing_secret")).contains("\"kruxos secret put odd/token --space lab\"");
        assertThat(awaitState("gone", "backing_off")).contains("\"kruxos server logs gone --space lab\"");
        assertThat(trial.adminClient().get("/status").body())
                .contains("odd in the Space lab: ", "\"kruxos secret put odd/token --space lab\"");
        var key = createAgent();
        try (var agent = WebSocketAgent.connect(trial.port(), key)) {
            agent.initialize();
            assertThat(agent.callText(1, "odd__pid", "{}")).contains("kruxos secret put odd/token --space lab");
        }
    }

    /** Fails when a hint of Agents or AgentAdmin omits the Space. */
    @Test
    void hintsAboutAnAgentNameItsSpace() {
        createAgent();
        trial.adminClient().post("/agents/bot/revoke?space=lab", "{}");
        assertThat(trial.adminClient()
                        .post("/agents/bot/rotate?space=lab", "{}")
                        .body())
                .contains("kruxos agent restore bot --space lab issues");
        assertThat(trial.adminClient().get("/agents/nobody?space=lab").body())
                .contains("kruxos agent list --space lab shows them");
        assertThat(trial.adminClient().get("/servers/nothing?space=lab").body())
                .contains("kruxos server list --space lab shows them");
        assertThat(trial.adminClient().get("/agents/nobody").body()).contains("kruxos agent list shows them");
    }
}
