package com.kruxos.street;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.NpmPeers;
import com.kruxos.peers.Trial;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Servers and a client other people wrote: the reference servers behind the gateway, the official client before it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NpmServersTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Trial trial;
    private NpmPeers peers;
    private Path files;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        peers = NpmPeers.installed();
        files = Files.createDirectories(folder.toRealPath().resolve("shared"));
        Files.writeString(files.resolve("note.txt"), "from the disk");
        trial = Trial.start(folder.resolve("home"));
        trial.server("everything", peers.everything(), Map.of(), Map.of(), "ready");
        trial.server("files", peers.filesystem(files), Map.of(), Map.of(), "ready");
    }

    @AfterAll
    void stop() {
        trial.close();
    }

    @Test
    void theReferenceServersWorkForARawAgent() {
        try (var agent = trial.connected("raw")) {
            var tools = agent.ask(1, "tools/list", "{}").toString();
            assertThat(tools).contains("everything__echo", "files__read_text_file");
            assertThat(agent.callText(2, "everything__echo", "{\"message\":\"hello\"}"))
                    .contains("hello");
            assertThat(agent.callText(3, "files__read_text_file", "{\"path\":\"" + files.resolve("note.txt") + "\"}"))
                    .isEqualTo("from the disk");
            assertThat(agent.callText(4, "files__read_text_file", "{\"path\":\"/etc/passwd\"}"))
                    .contains("denied");
        }
    }

    /** The official client knows only {@code ?token=} on a WebSocket. */
    @Test
    void theOfficialClientConnectsListsCallsAndIsCutOff() throws Exception {
        var key = trial.agent("official");
        try (var client = new Official(peers.agent(), "ws://127.0.0.1:" + trial.port() + "/mcp?token=" + key)) {
            var connected = client.step("{\"id\":1,\"op\":\"connect\"}");
            assertThat(connected.path("result").path("server").path("name").asString())
                    .isEqualTo("kruxos");
            assertThat(client.step("{\"id\":2,\"op\":\"list\"}").toString()).contains("everything__echo");
            assertThat(client.step(
                                    "{\"id\":3,\"op\":\"call\",\"name\":\"everything__echo\",\"args\":{\"message\":\"hi\"}}")
                            .toString())
                    .contains("hi");
            assertThat(client.step("{\"id\":4,\"op\":\"ping\"}").path("ok").asBoolean())
                    .isTrue();
            trial.api().post("/agents/official/revoke", "{}");
            assertThat(client.event("closed").isObject()).isTrue();
        }
    }

    /** The client as a process of its own; the URL holds a key and goes in by the environment. */
    private static final class Official implements AutoCloseable {
        private final Process process;
        private final OutputStream in;
        private final BufferedReader out;

        Official(List<String> command, String url) throws IOException {
            var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().put("KRUXOS_URL", url);
            process = builder.start();
            in = process.getOutputStream();
            out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        JsonNode step(String step) throws IOException {
            in.write((step + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
            while (true) {
                var line = next();
                if (line.has("op")) {
                    assertThat(line.path("ok").asBoolean()).as(line.toString()).isTrue();
                    return line;
                }
            }
        }

        JsonNode event(String name) throws IOException {
            while (true) {
                var line = next();
                if (line.path("event").asString("").equals(name)) {
                    return line;
                }
            }
        }

        private JsonNode next() throws IOException {
            var line = out.readLine();
            assertThat(line).as("the client ended").isNotNull();
            return JSON.readTree(line);
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
