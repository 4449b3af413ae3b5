package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three ways an HTTP/1.1 answer can end, and answers that are none. */
class SimpleHttpClientTest {
    @TempDir
    Path home;

    @Test
    void readsABodyWithContentLength() throws Exception {
        assertThat(body("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, this is not part of it"))
                .isEqualTo("hello");
    }

    @Test
    void readsAChunkedBody() throws Exception {
        assertThat(
                        body(
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n5;x=y\r\nworld\r\n0\r\n\r\n"))
                .isEqualTo("hello world");
    }

    @Test
    void readsToTheEndWithoutContentLength() throws Exception {
        assertThat(body("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(100_000))).hasSize(100_000);
    }

    @Test
    void sendsHeadersAndBody() throws Exception {
        try (var server = FakeHttpServer.on(home, _ -> FakeHttpServer.jsonResponse(200, "{}"))) {
            http().send("PUT", "/p?q=1", Map.of("X-One", "1"), "body".getBytes(StandardCharsets.UTF_8))
                    .close();
            assertThat(server.requests().getFirst())
                    .startsWith("PUT /p?q=1 HTTP/1.1\r\n")
                    .contains("\r\nHost: localhost\r\n", "\r\nX-One: 1\r\n", "\r\nContent-Length: 4\r\n")
                    .endsWith("\r\n\r\nbody");
        }
    }

    @Test
    void rejectsATruncatedResponse() {
        assertThatThrownBy(() -> body("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ends in the middle");
    }

    @Test
    void rejectsAnInvalidLength() {
        assertThatThrownBy(() -> body("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("32 MiB");
        assertThatThrownBy(() -> body("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void rejectsAResponseThatIsNotHttp() {
        assertThatThrownBy(() -> body("SSH-2.0-OpenSSH\r\n")).hasMessageContaining("not HTTP");
        assertThatThrownBy(() -> body("")).isInstanceOf(IOException.class);
    }

    @Test
    void rejectsAnOversizedHead() {
        assertThatThrownBy(() -> body("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(10_000)))
                .hasMessageContaining("too long");
    }

    @Test
    void closeWipesTheBody() throws Exception {
        try (var server = FakeHttpServer.on(home, _ -> FakeHttpServer.jsonResponse(200, "a secret"))) {
            var reply = http().send("GET", "/", Map.of(), new byte[0]);
            reply.close();
            assertThat(server.requests()).hasSize(1);
            assertThat(reply.body()).containsOnly(0);
        }
    }

    private String body(String answer) throws IOException {
        try (var server = FakeHttpServer.on(home, _ -> answer);
                var reply = http().send("GET", "/", Map.of(), new byte[0])) {
            assertThat(server.requests()).hasSize(1);
            return new String(reply.body(), StandardCharsets.UTF_8);
        } finally {
            java.nio.file.Files.deleteIfExists(home.resolve("run/admin.sock"));
        }
    }

    private SimpleHttpClient http() {
        return new SimpleHttpClient(new ApiEndpoint.AdminSocketEndpoint(home.resolve("run/admin.sock")));
    }
}
