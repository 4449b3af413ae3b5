package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.NpmPrograms;
import com.kruxos.peers.TestAppliance;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Third-party servers and clients: the reference servers behind the gateway, and the official clients. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NpmServersTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private TestAppliance trial;
    private NpmPrograms peers;
    private Path files;
    private NpmPrograms.RunningServer everythingOverHttp;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        peers = NpmPrograms.ensureInstalled();
        files = Files.createDirectories(folder.toRealPath().resolve("shared"));
        Files.writeString(files.resolve("note.txt"), "from the disk");
        trial = TestAppliance.start(folder.resolve("home"));
        trial.addServer("everything", peers.everythingCommand(), Map.of(), Map.of(), "ready");
        everythingOverHttp = peers.startEverythingOverHttp();
        var added = trial.adminClient()
                .post("/servers", "{\"name\":\"remote\",\"url\":\"" + everythingOverHttp.url() + "\"}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState("remote", "ready");
        trial.addServer(
                "memory",
                peers.memoryCommand(),
                Map.of(),
                Map.of("MEMORY_FILE_PATH", folder.resolve("graph").toString()),
                "ready");
        trial.addServer("files", peers.filesystemCommand(files), Map.of(), Map.of(), "ready");
    }

    @AfterAll
    void stop() {
        trial.close();
        everythingOverHttp.close();
    }

    @Test
    void theReferenceServersWorkForARawAgent() {
        try (var agent = trial.connectAgent("raw")) {
            var tools = agent.request(1, "tools/list", "{}").toString();
            assertThat(tools).contains("everything__echo", "files__read_text_file");
            assertThat(agent.callText(2, "everything__echo", "{\"message\":\"hello\"}"))
                    .contains("hello");
            assertThat(agent.callText(3, "files__read_text_file", "{\"path\":\"" + files.resolve("note.txt") + "\"}"))
                    .isEqualTo("from the disk");
            assertThat(agent.callText(4, "files__read_text_file", "{\"path\":\"/etc/passwd\"}"))
                    .contains("denied");
            assertThat(
                            agent.callText(
                                    5,
                                    "memory__create_entities",
                                    "{\"entities\":[{\"name\":\"KruxOS\",\"entityType\":\"appliance\",\"observations\":[\"lends keys\"]}]}"))
                    .contains("KruxOS");
            assertThat(agent.callText(6, "memory__read_graph", "{}")).contains("KruxOS", "lends keys");
        }
    }

    /** On a WebSocket the official client supports only {@code ?token=}. */
    @Test
    void theOfficialClientConnectsListsCallsAndIsDisconnected() throws Exception {
        var key = trial.createAgent("official");
        try (var client =
                new OfficialClient(peers.agentCommand(), "ws://127.0.0.1:" + trial.port() + "/mcp?token=" + key)) {
            var connected = client.run("{\"id\":1,\"op\":\"connect\"}");
            assertThat(connected.path("result").path("server").path("name").asString())
                    .isEqualTo("kruxos");
            assertThat(client.run("{\"id\":2,\"op\":\"list\"}").toString()).contains("everything__echo");
            assertThat(client.run(
                                    "{\"id\":3,\"op\":\"call\",\"name\":\"everything__echo\",\"args\":{\"message\":\"hi\"}}")
                            .toString())
                    .contains("hi");
            assertThat(client.run("{\"id\":4,\"op\":\"ping\"}").path("ok").asBoolean())
                    .isTrue();
            trial.adminClient().post("/agents/official/revoke", "{}");
            assertThat(client.awaitEvent("closed").isObject()).isTrue();
        }
    }

    /** Both major versions of the official client, with stdio and remote servers. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theOfficialClientsWorkOverStreamableHttp(int line) throws Exception {
        var name = "official-http-" + line;
        var which = ",\"line\":" + line;
        try (var client = new OfficialClient(
                peers.agentCommand(), "http://127.0.0.1:" + trial.port() + "/mcp", trial.createAgent(name))) {
            assertThat(client.run("{\"id\":1,\"op\":\"connect\"" + which + "}").toString())
                    .contains("\"kruxos\"")
                    .contains("\"completions\"");
            assertThat(client.run("{\"id\":2,\"op\":\"list\"}").toString())
                    .contains("everything__echo", "remote__echo", "memory__create_entities");
            for (var server : List.of("everything", "remote")) {
                assertThat(client.run("{\"id\":3,\"op\":\"call\",\"name\":\"" + server
                                        + "__echo\",\"args\":{\"message\":\"over http\"}" + which + "}")
                                .toString())
                        .contains("over http");
                client.send("{\"id\":4,\"op\":\"call\",\"name\":\"" + server
                        + "__trigger-long-running-operation\",\"args\":{\"duration\":2,\"steps\":4}" + which + "}");
                assertThat(client.awaitEvent("progress").path("progress").asInt())
                        .isEqualTo(1);
                assertThat(client.expectSuccess().toString()).contains("completed");
            }
            assertThat(client.run("{\"id\":5,\"op\":\"prompts\"}").toString())
                    .contains("everything__simple-prompt", "remote__simple-prompt");
            var resources =
                    client.run("{\"id\":6,\"op\":\"resources\"}").path("result").path("resources");
            assertThat(resources).isNotEmpty();
            for (var resource : resources) {
                assertThat(client.run(JSON.createObjectNode()
                                        .put("id", 7)
                                        .put("op", "read")
                                        .put("uri", resource.path("uri").asString())
                                        .toString())
                                .path("result")
                                .path("contents"))
                        .as(resource.toString())
                        .isNotEmpty();
            }
            trial.adminClient().post("/agents/" + name + "/revoke", "{}");
            assertThat(client.expectFailure("{\"id\":8,\"op\":\"ping\"}")).contains("401");
        }
    }

    /** The client as a process. The URL contains a key, so it is passed in the environment. */
    private static final class OfficialClient implements AutoCloseable {
        private final Process process;
        private final OutputStream in;
        private final BufferedReader out;

        OfficialClient(List<String> command, String url) throws IOException {
            this(command, url, "");
        }

        OfficialClient(List<String> command, String url, String key) throws IOException {
            var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().put("KRUXOS_URL", url);
            builder.environment().put("KRUXOS_AGENT_KEY", key);
            process = builder.start();
            in = process.getOutputStream();
            out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        JsonNode run(String step) throws IOException {
            send(step);
            return expectSuccess();
        }

        void send(String step) throws IOException {
            in.write((step + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
        }

        JsonNode expectSuccess() throws IOException {
            var line = nextResult();
            assertThat(line.path("ok").asBoolean()).as(line.toString()).isTrue();
            return line;
        }

        /** Returns the message of a step that must fail. */
        String expectFailure(String step) throws IOException {
            send(step);
            var line = nextResult();
            assertThat(line.path("ok").asBoolean()).as(line.toString()).isFalse();
            return line.toString();
        }

        private JsonNode nextResult() throws IOException {
            while (true) {
                var line = nextLine();
                if (line.has("op")) {
                    return line;
                }
            }
        }

        JsonNode awaitEvent(String name) throws IOException {
            while (true) {
                var line = nextLine();
                if (line.path("event").asString("").equals(name)) {
                    return line;
                }
            }
        }

        private JsonNode nextLine() throws IOException {
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
