package com.kruxos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The audit records of sessions: opened, ended and refused. */
@Timeout(180)
class SessionAuditTest {
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

    private List<JsonNode> records(String kind) {
        return appliance.auditRecords().stream()
                .filter(record -> record.path("kind").asString().equals(kind))
                .toList();
    }

    private List<String> sessionsOf(String kind) {
        return records(kind).stream()
                .map(record -> record.path("session").asString())
                .toList();
    }

    /** Fails without the id in AgentAdmission.start, and when the session gets another one. */
    @Test
    void sessionsAreRecordedUnderOneIdOverBothTransports() {
        appliance.addFaultyServer("odd");
        List<String> open;
        try (var socket = appliance.connectAgent("socket");
                var http = new HttpAgent(appliance.port(), appliance.createAgent("http"))) {
            http.initialize();
            socket.callText(1, "odd__pid", "{}");
            http.call(1, "odd__pid", "{}");
            open = appliance
                    .adminClient()
                    .get("/sessions")
                    .json()
                    .path("items")
                    .valueStream()
                    .map(session -> session.path("id").asString())
                    .toList();
            assertThat(open).hasSize(2).allMatch(id -> id.startsWith("ses_"));
            assertThat(sessionsOf("session.started")).containsExactlyInAnyOrderElementsOf(open);
            assertThat(sessionsOf("call.opened")).containsExactlyInAnyOrderElementsOf(open);
            assertThat(records("session.started"))
                    .allMatch(record ->
                            record.path("principal").path("type").asString().equals("agent"))
                    .allMatch(record -> record.path("outcome").asString().equals("admitted"));
            http.delete();
        }
        TestAppliance.await(() -> records("session.ended").size() == 2, () -> "both to have ended");
        assertThat(sessionsOf("session.ended")).containsExactlyInAnyOrderElementsOf(open);
        assertThat(records("session.refused")).isEmpty();
    }

    /**
     * Fails without isValidHandshake in McpServlet: the container would respond with 500 after a session was recorded.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: Upgrade, close\r\nSec-WebSocket-Version: 7\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Connection: Upgrade, close\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Connection: Upgrade, close\r\nSec-WebSocket-Version: 13",
                "Connection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short"
            })
    void anInvalidWebSocketHandshakeIsRefusedWithoutASession(String headers) throws IOException {
        var key = appliance.createAgent("clumsy");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), appliance.port())) {
            socket.getOutputStream()
                    .write(("GET /mcp HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n" + headers
                                    + "\r\nAuthorization: Bearer " + key + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(readResponse(socket.getInputStream()))
                    .startsWith("HTTP/1.1 426 ")
                    .contains("Sec-WebSocket-Version: 13", "application/problem+json", "no-handshake");
        }
        assertThat(records("session.started")).isEmpty();
        assertThat(appliance.adminClient().get("/sessions").json().path("items"))
                .isEmpty();
    }

    /** Reads to the end of the JSON; the connection may stay open. */
    private static String readResponse(InputStream in) throws IOException {
        var answer = new StringBuilder();
        for (var read = in.read(); read >= 0; read = in.read()) {
            answer.append((char) read);
            if (read == '}') {
                break;
            }
        }
        return answer.toString();
    }

    /** Fails without the throttled record in SessionAudit.recordUnauthenticated. */
    @Test
    void invalidKeysAreRecordedAtMostOnceASecond() {
        for (var n = 0; n < 20; n++) {
            assertThat(WebSocketAgent.refusalStatus(
                            appliance.port(),
                            "/mcp",
                            request -> request.header("Authorization", "Bearer krx_agent_no")))
                    .isEqualTo(401);
        }
        var refused = records("session.refused");
        assertThat(refused).hasSizeBetween(1, 19);
        assertThat(refused.getFirst().path("principal").path("type").asString()).isEqualTo("system");
        assertThat(refused.getFirst().path("details").path("origin").asString()).isEqualTo("127.0.0.1");
        assertThat(refused.getFirst().path("details").path("attempts").asLong()).isEqualTo(1);
        assertThat(records("session.started")).isEmpty();
    }
}
