package com.kruxos.street;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.RawAgent;
import com.kruxos.peers.Trial;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A command that a person is told to type works on the Space it is about, also where that is not the default one. */
class SpaceHintsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path folder;

    private Trial trial;

    @BeforeEach
    void start() {
        trial = Trial.start(folder.resolve("home"));
        trial.api().post("/spaces", "{\"name\":\"lab\"}");
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private void server(String name, List<String> command, String... secret) {
        var wanted = JSON.createObjectNode().put("name", name).put("space", "lab");
        command.forEach(wanted.putArray("command")::add);
        if (secret.length > 0) {
            wanted.putObject("env").put("TOKEN", "secret:" + secret[0]);
        }
        var added = trial.api().post("/servers", wanted.toString());
        assertThat(added.status()).as(added.body()).isEqualTo(201);
    }

    /** Its key. */
    private String bot() {
        return trial.api()
                .post("/agents", "{\"name\":\"bot\",\"space\":\"lab\"}")
                .json()
                .path("key")
                .asString();
    }

    private String awaited(String server, String state) {
        Trial.await(() -> shown(server).contains("\"" + state + "\""), () -> shown(server));
        return shown(server);
    }

    private String shown(String server) {
        return trial.api().get("/servers/" + server + "?space=lab").body();
    }

    /**
     * Red without {@code spaces.command} in Credentials.put, Upstream.command, and without the Space in Checks.name.
     */
    @Test
    void ofAServerThatDoesNotRun() {
        server("odd", Trial.oddCommand(), "odd/token");
        server("gone", List.of("/nowhere/at-all"));
        server("off", Trial.oddCommand());
        trial.api().post("/servers/off/disable?space=lab", "{}");
        assertThat(awaited("odd", "missing_secret")).contains("\"kruxos secret put odd/token --space lab\"");
        assertThat(awaited("gone", "backing_off")).contains("\"kruxos server logs gone --space lab\"");
        assertThat(trial.api().get("/status").body())
                .contains("odd in the Space lab: ", "\"kruxos secret put odd/token --space lab\"");
        var key = bot();
        try (var agent = RawAgent.connect(trial.port(), key)) {
            agent.hello();
            assertThat(agent.callText(1, "odd__pid", "{}")).contains("kruxos secret put odd/token --space lab");
        }
    }

    /** Red without {@code command} in Agents and in AgentAdmin.find. */
    @Test
    void ofAnAgent() {
        bot();
        trial.api().post("/agents/bot/revoke?space=lab", "{}");
        assertThat(trial.api().post("/agents/bot/rotate?space=lab", "{}").body())
                .contains("kruxos agent restore bot --space lab gives");
        assertThat(trial.api().get("/agents/nobody?space=lab").body())
                .contains("kruxos agent list --space lab shows them");
        assertThat(trial.api().get("/servers/nothing?space=lab").body())
                .contains("kruxos server list --space lab shows them");
        assertThat(trial.api().get("/agents/nobody").body()).contains("kruxos agent list shows them");
    }
}
