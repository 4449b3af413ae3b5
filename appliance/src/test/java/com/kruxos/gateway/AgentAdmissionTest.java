package com.kruxos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.admin.AdminFixture;
import com.kruxos.config.Config;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which clients port 7700 accepts, and what it sends the others. */
class AgentAdmissionTest {
    @TempDir
    Path folder;

    private TestAppliance appliance;

    @BeforeEach
    void start() {
        appliance = TestAppliance.start(folder.resolve("home"));
    }

    @AfterEach
    void stop() {
        appliance.close();
    }

    /** Agents authenticate by header, URL or subprotocol. Fails without any of them in {@code PresentedKey.read}. */
    @Test
    void aKeyIsAcceptedInTheHeaderTheUrlOrTheSubprotocol() {
        var key = appliance.createAgent("k3");
        try (var byHeader = WebSocketAgent.connect(appliance.port(), key);
                var byUrl = WebSocketAgent.connect(appliance.port(), "/mcp?token=" + key, builder -> builder);
                var byProtocol = WebSocketAgent.connect(
                        appliance.port(),
                        "/mcp",
                        builder -> builder.subprotocols(
                                "mcp",
                                "mcp.bearer."
                                        + Base64.getUrlEncoder()
                                                .withoutPadding()
                                                .encodeToString(key.getBytes(StandardCharsets.US_ASCII))))) {
            for (var agent : List.of(byHeader, byUrl, byProtocol)) {
                assertThat(agent.initialize()
                                .path("result")
                                .path("protocolVersion")
                                .asString())
                        .isEqualTo("2025-11-25");
            }
        }
        assertThat(appliance.auditRecords().toString()).contains("(key in URL)").doesNotContain(key);
    }

    /**
     * No request is served without a valid key, and the response does not tell why. Fails without {@code caller ==
     * null} in {@code McpServlet.service}.
     */
    @Test
    void allInvalidCredentialsGetTheSameResponse() throws IOException {
        var revoked = appliance.createAgent("gone");
        appliance.adminClient().post("/agents/gone/revoke", "{}");
        var keys = new ArrayList<>(List.of(
                "0".repeat(64),
                revoked,
                revoked.toUpperCase(java.util.Locale.ROOT),
                revoked.substring(1),
                revoked + "0",
                "x",
                "krx_user_" + "a".repeat(43)));
        keys.addAll(credentialsOfOtherListeners());
        var answers = new ArrayList<String>();
        for (var key : keys) {
            answers.add(handshake("/mcp", "Authorization: Bearer " + key));
            answers.add(handshake("/mcp?token=" + key, null));
        }
        answers.add(handshake("/mcp", null));
        answers.add(handshake("/mcp", "Authorization: Basic " + revoked));
        answers.add(handshake("/mcp", "Authorization: Bearer"));
        answers.add(handshake("/mcp?token=", null));
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer)
                    .startsWith("HTTP/1.1 401 ")
                    .contains("application/problem+json")
                    .contains("\"hint\":");
            assertThat(answer).isEqualTo(answers.getFirst());
        });
    }

    /**
     * Credentials of operators and users are not valid for agents. Fails without {@code recordUnauthenticated} in
     * {@code McpServlet}.
     */
    @Test
    void credentialsOfOtherListenersAreRefusedAndRecorded() throws IOException {
        appliance.close();
        var now = new AtomicReference<>(Instant.now());
        appliance = TestAppliance.start(folder.resolve("clocked"), Config.defaults(), now::get);
        var others = credentialsOfOtherListeners();
        for (var key : others) {
            now.updateAndGet(before -> before.plusSeconds(1));
            assertThat(handshake("/mcp", "Authorization: Bearer " + key)).startsWith("HTTP/1.1 401 ");
            now.updateAndGet(before -> before.plusSeconds(1));
            assertThat(handshake("/mcp", "Cookie: __Host-kruxos=" + key)).startsWith("HTTP/1.1 401 ");
        }
        assertThat(appliance.auditRecords())
                .filteredOn(record -> record.path("kind").asString().equals("session.refused"))
                .hasSize(2 * others.size())
                .allMatch(record -> record.path("details").path("attempts").asInt() == 1);
        assertThat(appliance.auditRecords().toString()).doesNotContain(others);
    }

    /** Credentials that are valid for other listeners: an operator session, an invitation, a user token. */
    private List<String> credentialsOfOtherListeners() {
        var invited = appliance
                .adminClient()
                .post("/operators", "{\"name\":\"ada\"}")
                .json()
                .path("code")
                .asString();
        var waiting = appliance
                .adminClient()
                .post("/operators", "{\"name\":\"bob\"}")
                .json()
                .path("code")
                .asString();
        var token = appliance.adminClient().post("/user-tokens", "{\"label\":\"x\",\"scopes\":[\"admin\"]}");
        var seated = appliance
                .adminServices()
                .operators()
                .acceptInvitation(
                        invited.getBytes(StandardCharsets.US_ASCII),
                        "correct horse battery staple".getBytes(StandardCharsets.US_ASCII),
                        "127.0.0.1",
                        "browser");
        try (var taken = AdminFixture.requireDone(seated)) {
            var seat = new String(taken.key().ascii(), StandardCharsets.US_ASCII);
            assertThat(seat).startsWith("krx_seat_");
            return List.of(seat, waiting, token.json().path("token").asString());
        }
    }

    @Test
    void aRequestWithTwoKeysIsRefused() throws IOException {
        var key = appliance.createAgent("double");
        assertThat(handshake("/mcp?token=" + key, "Authorization: Bearer " + key))
                .startsWith("HTTP/1.1 401 ");
        assertThat(handshake("/mcp?token=" + key + "&token=" + key, null)).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void keysInTheUrlCanBeDisabled() {
        appliance.close();
        try (var strict = TestAppliance.start(
                folder.resolve("strict"),
                withGateway(new Config.GatewayConfig("127.0.0.1", 0, false, 8 << 20, Duration.ofMinutes(5), false)))) {
            var key = strict.createAgent("k3");
            assertThat(WebSocketAgent.refusalStatus(strict.port(), "/mcp?token=" + key, builder -> builder))
                    .isEqualTo(401);
            WebSocketAgent.connect(strict.port(), key).close();
        }
        appliance.start();
    }

    /** The message limit is configurable. Fails when a transport has a limit of its own, or names another one. */
    @Test
    void theConfiguredMessageLimitIsAppliedAndNamed() {
        appliance.close();
        try (var small = TestAppliance.start(
                folder.resolve("small"),
                withGateway(new Config.GatewayConfig("127.0.0.1", 0, true, 100_000, Duration.ofMinutes(5), false)))) {
            var key = small.createAgent("k4");
            try (var socket = WebSocketAgent.connect(small.port(), key);
                    var http = new HttpAgent(small.port(), key)) {
                socket.initialize();
                http.initialize();
                for (var id = 1; id <= 3; id++) {
                    var most = ping(id, 100_000);
                    socket.send(most);
                    assertThat(socket.awaitResponse(id)).contains("\"result\"");
                    assertThat(http.post(most).status()).isEqualTo(200);
                }
                var refused = http.post(ping(4, 100_001));
                assertThat(refused.status()).isEqualTo(413);
                assertThat(refused.json().path("detail").asString())
                        .isEqualTo("the body exceeds the limit of 100000 bytes");
                assertThat(http.post(ping(5, 100)).status())
                        .as("its session goes on")
                        .isEqualTo(200);
                socket.send(ping(6, 100_001));
                assertThat(socket.closeCode()).isEqualTo(1009);
                assertThat(socket.closeReason()).isEqualTo("a message may have at most 100000 bytes");
            }
        }
        appliance.start();
    }

    private static String ping(int id, int bytes) {
        var start = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\",\"params\":{\"fill\":\"";
        return start + "x".repeat(bytes - start.length() - 3) + "\"}}";
    }

    private static Config withGateway(Config.GatewayConfig gateway) {
        var standard = Config.defaults();
        return new Config(
                gateway,
                standard.calls(),
                standard.policy(),
                standard.hostNames(),
                new Config.ApiConfig("127.0.0.1", 0),
                new Config.DashboardConfig("127.0.0.1", 0),
                standard.privateHosts(),
                standard.trustedCertificates(),
                standard.children());
    }

    /** Browsers and rebound host names are refused, over WebSocket. */
    @Test
    void foreignOriginsAndHostsAreRefusedBeforeTheKeyIsChecked() throws IOException {
        var key = appliance.createAgent("origin");
        assertThat(handshake("/mcp", "Authorization: Bearer " + key + "\r\nOrigin: https://evil.example"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(handshake("/mcp", "Authorization: Bearer " + key + "\r\nOrigin: null"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(handshake("/mcp", "Authorization: Bearer " + key + "\r\nOrigin: http://localhost:3000"))
                .startsWith("HTTP/1.1 101 ");
        assertThat(exchange("GET /healthz HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(exchange("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ");
    }

    /**
     * Browsers and rebound host names are refused on every method and path, with or without a valid key. Fails without
     * the host filter before the servlets.
     */
    @Test
    void everyMethodAndPathRefusesForeignOriginsAndHostsFirst() throws IOException {
        var key = appliance.createAgent("ways");
        var ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
        var foreign = List.of(
                "Host: localhost\r\nOrigin: https://evil.example\r\n",
                "Host: localhost\r\nOrigin: null\r\n",
                "Host: localhost\r\nOrigin: http://localhost.evil.example\r\n",
                "Host: localhost\r\nOrigin: http://evil.example@localhost.example\r\n",
                "Host: rebound.example\r\n",
                "Host: rebound.example:7700\r\nOrigin: http://rebound.example:7700\r\n",
                "Host: localhost.rebound.example\r\n");
        for (var method : List.of("POST", "GET", "DELETE", "PUT", "OPTIONS", "upgrade")) {
            for (var head : foreign) {
                for (var credential : List.of("", "Authorization: Bearer " + key + "\r\n")) {
                    for (var path : List.of("/mcp", "/mcp?token=" + key, "/healthz", "/nothing")) {
                        assertThat(exchange(httpRequest(method, path, head + credential, ping)))
                                .as(method + " " + path + " " + head)
                                .startsWith("HTTP/1.1 403 ")
                                .doesNotContain("Access-Control-Allow");
                    }
                }
            }
            var ours = "Host: 127.0.0.1\r\nOrigin: http://localhost:3000\r\n";
            if (!method.equals("upgrade")) {
                assertThat(exchange(httpRequest(method, "/mcp", ours, ping)))
                        .as(method)
                        .startsWith("HTTP/1.1 401 ")
                        .doesNotContain("Access-Control-Allow");
            }
        }
        assertThat(appliance.adminClient().get("/sessions").json().path("items"))
                .isEmpty();
    }

    private static String httpRequest(String method, String path, String head, String body) {
        if (method.equals("upgrade")) {
            return upgradeRequest(path, head.strip()).replace("Host: localhost\r\nUpgrade", "Upgrade");
        }
        return method + " " + path + " HTTP/1.1\r\n" + head
                + "Connection: close\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    @Test
    void healthEndpointsNeedNoKeyAndRevealNothing() throws Exception {
        for (var path : List.of("/healthz", "/readyz")) {
            var answer = WebSocketAgent.CLIENT.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + appliance.port() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"status\":\"ok\"}");
        }
    }

    @Test
    void errorResponsesDoNotNameTheHttpServer() throws IOException {
        assertThat(exchange("GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404 ")
                .contains("application/problem+json")
                .doesNotContainIgnoringCase("jetty");
        assertThat(exchange("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(40_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ")
                .doesNotContainIgnoringCase("jetty");
        for (var i = 0; i < 300; i++)
            assertThat(exchange("NONSENSE\r\n\r\n", false))
                    .startsWith("HTTP/1.1 400 ")
                    .doesNotContainIgnoringCase("jetty");
    }

    @Test
    void invalidUtf8ClosesTheWebSocketWith1007() throws IOException {
        var key = appliance.createAgent("utf8");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), appliance.port())) {
            socket.setSoTimeout(30_000);
            var out = socket.getOutputStream();
            out.write(upgradeRequest("/mcp", "Authorization: Bearer " + key).getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, (byte) 0xC0, (byte) 0x80});
            out.flush();
            var bytes = socket.getInputStream().readAllBytes();
            assertThat(closeCode(bytes)).isEqualTo(1007);
        }
    }

    /** The status in the close frame at the end. */
    private static int closeCode(byte[] bytes) {
        for (var at = bytes.length - 4; at >= 0; at--) {
            if (bytes[at] == (byte) 0x88) {
                return (bytes[at + 2] & 0xFF) << 8 | (bytes[at + 3] & 0xFF);
            }
        }
        return 0;
    }

    private String handshake(String path, @Nullable String header) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), appliance.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(upgradeRequest(path, header).getBytes(StandardCharsets.US_ASCII));
            var buffer = new byte[16 << 10];
            var size = 0;
            var end = -1;
            while (end < 0 && size < buffer.length) {
                var read = socket.getInputStream().read(buffer, size, buffer.length - size);
                if (read < 0) {
                    break;
                }
                size += read;
                var text = new String(buffer, 0, size, StandardCharsets.US_ASCII);
                end = text.startsWith("HTTP/1.1 101") ? text.indexOf("\r\n\r\n") : text.indexOf("\"}");
            }
            return new String(buffer, 0, size, StandardCharsets.US_ASCII).replaceAll("(?m)^Date:.*\r\n", "");
        }
    }

    private static String upgradeRequest(String path, @Nullable String header) {
        return "GET " + path
                + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + (header == null ? "" : header + "\r\n") + "\r\n";
    }

    private String exchange(String request) throws IOException {
        return exchange(request, true);
    }

    /**
     * @param ends whether to shut down the output; Jetty sometimes sends no response to an invalid request that ends so
     */
    private String exchange(String request, boolean ends) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), appliance.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            if (ends) {
                socket.shutdownOutput();
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
