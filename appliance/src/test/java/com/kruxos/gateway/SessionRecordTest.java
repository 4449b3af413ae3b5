package com.kruxos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.RawAgent;
import com.kruxos.peers.Trial;
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

/** Row M8: who came in and who did not, as it is written down. */
@Timeout(180)
class SessionRecordTest {
    @TempDir
    Path folder;

    private Trial trial;

    @BeforeEach
    void start() {
        trial = Trial.start(folder.resolve("home"));
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private List<JsonNode> records(String kind) {
        return trial.records().stream()
                .filter(record -> record.path("kind").asString().equals(kind))
                .toList();
    }

    private List<String> sessionsOf(String kind) {
        return records(kind).stream()
                .map(record -> record.path("session").asString())
                .toList();
    }

    /** Red without the id in Door.welcomed, and when a session takes another one. */
    @Test
    void aSessionBeginsAndEndsUnderItsOwnIdByEitherWay() {
        trial.oddServer("odd");
        List<String> open;
        try (var socket = trial.connected("socket");
                var http = new HttpAgent(trial.port(), trial.agent("http"))) {
            http.hello();
            socket.callText(1, "odd__pid", "{}");
            http.call(1, "odd__pid", "{}");
            open = trial.api()
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
        Trial.await(() -> records("session.ended").size() == 2, () -> "both to have ended");
        assertThat(sessionsOf("session.ended")).containsExactlyInAnyOrderElementsOf(open);
        assertThat(records("session.refused")).isEmpty();
    }

    /**
     * Red without {@code handshake} in McpServlet: the container would answer with 500, and a session be written down.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: Upgrade, close\r\nSec-WebSocket-Version: 7\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Connection: Upgrade, close\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Connection: Upgrade, close\r\nSec-WebSocket-Version: 13",
                "Connection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short"
            })
    void whoAsksForAWebSocketInAWrongWayIsToldSoAndHasNoSession(String headers) throws IOException {
        var key = trial.agent("clumsy");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), trial.port())) {
            socket.getOutputStream()
                    .write(("GET /mcp HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n" + headers
                                    + "\r\nAuthorization: Bearer " + key + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(answer(socket.getInputStream()))
                    .startsWith("HTTP/1.1 426 ")
                    .contains("Sec-WebSocket-Version: 13", "application/problem+json", "no-handshake");
        }
        assertThat(records("session.started")).isEmpty();
        assertThat(trial.api().get("/sessions").json().path("items")).isEmpty();
    }

    /** To the end of its JSON: where the connection stays open there is no other. */
    private static String answer(InputStream in) throws IOException {
        var answer = new StringBuilder();
        for (var read = in.read(); read >= 0; read = in.read()) {
            answer.append((char) read);
            if (read == '}') {
                break;
            }
        }
        return answer.toString();
    }

    /** Red without the record in Door.refused. */
    @Test
    void whoShowsNoKeyThatCountsIsWrittenDownOnceASecond() {
        for (var n = 0; n < 20; n++) {
            assertThat(RawAgent.refusal(
                            trial.port(), "/mcp", request -> request.header("Authorization", "Bearer krx_agent_no")))
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
