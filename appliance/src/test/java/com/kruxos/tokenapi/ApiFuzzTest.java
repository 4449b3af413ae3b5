package com.kruxos.tokenapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.admin.AdminFixture;
import com.kruxos.os.ProcessFinder;
import com.kruxos.peers.MinimalServers;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import com.kruxos.rpc.FeatureKind;
import com.kruxos.rpc.McpMethod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Only an administrator can cause the appliance to start a process. Every route is requested with every method, with
 * every credential that is not an administrator, and with bodies that would start a process. Routes come from the table
 * and servlets from the source code; a body member that is in no list fails the test. Fails if {@code POST /servers}
 * needs another scope than admin, or a listener accepts agents.
 */
class ApiFuzzTest {
    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "X");

    /** Body members that start nothing. Add a new member here, or to the values in requestBodies. */
    private static final Set<String> HARMLESS_MEMBERS = Set.of(
            "space",
            "expires",
            "overlap",
            "env",
            "plain_env",
            "grants",
            "cwd",
            "prefix",
            "url",
            "headers",
            "sessions",
            "offline");

    /** Servlet paths in the source code, because the gateway has no route table. */
    private static final Pattern SERVLET_PATH = Pattern.compile("\\baddServlet\\((?:[^\"]|\"(?!/))*\"(/[^\"]*)\"");

    /** Fixed, so that a failure can be reproduced. */
    private final Random random = new Random(3);

    @TempDir
    Path folder;

    @Test
    void onlyAnAdminStartsProcesses() throws IOException {
        var marker = folder.resolve("started");
        try (var trial = TestAppliance.start(folder.resolve("home"))) {
            var key = trial.createAgent("bot");
            var ticket = trial.adminClient()
                    .post("/agents/bot/tickets", "")
                    .json()
                    .path("ticket")
                    .asString();
            var tokens = new ArrayList<String>();
            for (var scopes :
                    List.of("\"read\"", "\"operate\"", "\"secrets:read\"", "\"read\",\"operate\",\"secrets:read\"")) {
                var made = trial.adminClient().post("/user-tokens", "{\"label\":\"x\",\"scopes\":[" + scopes + "]}");
                tokens.add(made.json().path("token").asString());
            }
            var port = trial.adminClient()
                    .get("/status")
                    .json()
                    .path("ports")
                    .path("api")
                    .asInt();
            trial.addServer("small", MinimalServers.shellCommand(), Map.of(), Map.of(), "ready");
            var small = trial.adminClient().get("/servers/small").json().path("command");
            var socket = new RawApiClient(trial.folder().resolve("run/admin.sock"));
            var bodies = requestBodies(marker);
            assertThat(bodies).containsKeys("/api/v1/servers/small/enable", "/api/v1/servers/evil/enable");
            for (var method : METHODS) {
                for (var one : bodies.entrySet()) {
                    var path = one.getKey();
                    var body = one.getValue();
                    // Wrong tokens on the port are delayed, and keys and tickets are wrong tokens there.
                    for (var credential : List.of(key, ticket)) {
                        sendRequest(socket, method, path, body.getBytes(StandardCharsets.UTF_8), credential);
                        sendRequest(socket, method, path, mutated(body), credential);
                    }
                    for (var token : tokens) {
                        sendRequest(new RawApiClient(port), method, path, body.getBytes(StandardCharsets.UTF_8), token);
                        sendRequest(new RawApiClient(port), method, path, mutated(body), token);
                    }
                }
            }
            assertThat(trial.adminClient().get("/servers").json().path("items")).hasSize(1);
            assertThat(trial.adminClient().get("/servers/small").json().path("command"))
                    .isEqualTo(small);
            for (var pid : childProcesses(trial)) {
                assertThat(commandOf(pid)).isIn(MinimalServers.shellCommand(), List.of());
            }
            assertThat(trial.adminClient().get("/user-tokens").json().path("items"))
                    .hasSize(tokens.size());
            assertThat(trial.adminClient()
                            .get("/status")
                            .json()
                            .path("counts")
                            .path("agents")
                            .asInt())
                    .isOne();
            assertThat(trial.adminClient().get("/agents/bot").json().path("keys"))
                    .hasSize(1);
            assertThat(marker).doesNotExist();
            var servers = trial.adminClient().post("/servers", Objects.requireNonNull(bodies.get("/api/v1/servers")));
            assertThat(servers.status()).as(servers.body()).isEqualTo(201);
            TestAppliance.await(() -> Files.exists(marker), () -> "the same of an admin to start it");
        }
    }

    /**
     * Nothing that an agent sends to the gateway starts a process. Fails if /api/v1 is served there, or an MCP method
     * accepts a command.
     */
    @Test
    void noAgentStartsProcessesThroughTheGateway() throws IOException {
        var marker = folder.resolve("started");
        try (var trial = TestAppliance.start(folder.resolve("home"))) {
            trial.addServer("small", MinimalServers.shellCommand(), Map.of(), Map.of(), "ready");
            var started = childProcesses(trial);
            assertThat(started).hasSize(1);
            var key = trial.createAgent("bot");
            var gateway = new RawApiClient(trial.port());
            var body = "{\"name\":\"evil\",\"command\":[\"touch\",\"" + marker + "\"]}";
            var places = new ArrayList<>(requestBodies(marker).keySet());
            places.addAll(List.of(
                    "/",
                    "/mcp",
                    "/mcp/",
                    "/mcp/servers",
                    "/mcp?token=" + key,
                    "/healthz",
                    "/readyz",
                    "/servers",
                    "/test",
                    "/mcp/../api/v1/servers",
                    "/mcp/%2e%2e/api/v1/servers",
                    "//api/v1/servers",
                    "/sse",
                    "/messages"));
            assertThat(servletPaths()).contains("/mcp", "/healthz", "/readyz");
            places.addAll(servletPaths());
            for (var place : places) {
                for (var method : METHODS) {
                    sendRequest(gateway, method, place, body.getBytes(StandardCharsets.UTF_8), key);
                }
            }
            try (var agent = WebSocketAgent.connect(trial.port(), key)) {
                agent.initialize();
                var id = 0;
                var methods = Arrays.stream(McpMethod.values())
                        .filter(McpMethod::isForwarded)
                        .map(McpMethod::wireName)
                        .collect(Collectors.toCollection(TreeSet::new));
                Stream.of(FeatureKind.values())
                        .map(kind -> kind.listMethod().wireName())
                        .forEach(methods::add);
                methods.addAll(List.of(
                        "initialize",
                        "servers/add",
                        "servers/test",
                        "server/add",
                        "test",
                        "roots/list",
                        "sampling/createMessage",
                        "elicitation/create",
                        "tasks/list",
                        "logging/setLevel",
                        "ping",
                        "connect"));
                for (var method : methods) {
                    for (var params : List.of(
                            body,
                            "{\"name\":\"small__evil\",\"uri\":\"file:///bin/sh\",\"arguments\":" + body + "}",
                            "{\"name\":\"kruxos__server_add\",\"arguments\":" + body + "}",
                            "{\"name\":\"touch " + marker + "\",\"uri\":\"stdio:touch " + marker
                                    + "\",\"level\":\"x\"}")) {
                        assertThat(agent.request(++id, method, params).has("jsonrpc"))
                                .isTrue();
                    }
                }
            }
            assertThat(childProcesses(trial)).isEqualTo(started);
            assertThat(trial.adminClient().get("/servers").json().path("items")).hasSize(1);
        }
        assertThat(marker).doesNotExist();
    }

    private static List<Long> childProcesses(TestAppliance trial) {
        return ProcessFinder.findByEnvironment("KRUXOS_CHILD=" + trial.home().installationId() + ":");
    }

    /** The command line of a process; empty if it has ended. */
    private static List<String> commandOf(long pid) throws IOException {
        try {
            var line = Files.readString(Path.of("/proc/" + pid + "/cmdline"));
            return Stream.of(line.split("\0", -1))
                    .filter(word -> !word.isEmpty())
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static Set<String> servletPaths() throws IOException {
        try (var files = Files.walk(Path.of("src", "main", "java"))) {
            var found = new TreeSet<String>();
            for (var file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                SERVLET_PATH.matcher(Files.readString(file)).results().forEach(place -> found.add(place.group(1)));
            }
            return found;
        }
    }

    private static void sendRequest(RawApiClient client, String method, String path, byte[] body, String credential) {
        var answer = client.send(
                method, path, body, "Content-Type: application/json", "Authorization: Bearer " + credential);
        assertThat(answer.status).as("%s %s: %s", method, path, answer.text()).isNotEqualTo(500);
    }

    /** Changes one byte, or removes the body. */
    private byte[] mutated(String body) {
        if (random.nextInt(4) == 0) {
            return new byte[0];
        }
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        return bytes;
    }

    /** By path: a body that an administrator could send and that would start a process. */
    private Map<String, String> requestBodies(Path marker) throws IOException {
        var values = Map.of(
                "name", "\"evil\"",
                "command", "[\"touch\",\"" + marker + "\"]",
                "label", "\"x\"",
                "scopes", "[\"admin\"]",
                "purpose", "\"x\"");
        try (var box = new AdminFixture(Files.createDirectory(folder.resolve("box")))) {
            var bodies = new TreeMap<String, String>();
            for (var route : ApiRoutes.table(box.admin)) {
                assertThat(route.input().bodyMembers())
                        .as("%s: what would it start?", route.path())
                        .allMatch(member -> values.containsKey(member) || HARMLESS_MEMBERS.contains(member));
                var body = route.input().bodyMembers().stream()
                        .filter(values::containsKey)
                        .map(member -> "\"" + member + "\":" + values.get(member))
                        .collect(Collectors.joining(",", "{", "}"));
                for (var server : List.of("small", "evil")) {
                    var path = route.path()
                            .replace("{agent}", "bot")
                            .replace("{space}", "default")
                            .replace("{server}", server)
                            .replaceAll("\\{\\w+}", "evil");
                    bodies.merge(path, body, (one, other) -> one.length() > other.length() ? one : other);
                }
            }
            return bodies;
        }
    }
}
