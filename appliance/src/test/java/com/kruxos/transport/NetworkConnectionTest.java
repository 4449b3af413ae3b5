package com.kruxos.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.NpmPeers;
import com.kruxos.peers.OddHttpServer;
import com.kruxos.transport.Connection.Sent;
import com.kruxos.transport.Failure.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a URL speaks is found out: with servers of others, and one that misbehaves. */
final class NetworkConnectionTest {
    private final FakeReceiver heard = new FakeReceiver();
    private final Network network = Network.of(Set.of());

    @AfterEach
    void close() {
        network.close();
    }

    private Connection initialized(URI url, Headers headers) {
        var connection = NetworkConnection.start(network, new Remote(url, headers), heard);
        assertThat(connection.send(FakeOutgoing.initialize())).isEqualTo(Sent.ACCEPTED);
        assertThat(heard.nextMessage()).contains("serverInfo");
        connection.agreed("2025-11-25");
        connection.deliver(FakeOutgoing.initialized());
        return connection;
    }

    /** The official example server, in both its ways over HTTP. */
    @ParameterizedTest
    @CsvSource({"streamableHttp, /mcp", "sse, /sse"})
    void everythingOverHttp(String mode, String path) throws Exception {
        var command = new ArrayList<>(NpmPeers.installed().everything());
        command.removeLast();
        command.add(mode);
        var port = freePort();
        var builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("PORT", String.valueOf(port));
        var process = builder.start();
        try {
            Await.until("it listens", () -> listens(port));
            var connection = initialized(URI.create("http://127.0.0.1:" + port + path), Headers.NONE);
            connection.send(FakeOutgoing.call(7, "echo", "{\"message\":\"hello there\"}"));
            Await.until("the answer", () -> heard.nextMessage().contains("Echo: hello there"));
            connection.send(FakeOutgoing.call(8, "trigger-long-running-operation", "{\"duration\":1,\"steps\":2}"));
            var progress = 0;
            for (var text = heard.nextMessage(); !text.contains("\"id\":8"); text = heard.nextMessage()) {
                progress += text.contains("notifications/progress") ? 1 : 0;
            }
            assertThat(progress).isEqualTo(2);
            connection.close();
            assertThat(heard.end()).isEqualTo("it was stopped");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** It answers a lost session with 400 and an error without an id. */
    @Test
    void everythingAfterARestart() throws Exception {
        var command = new ArrayList<>(NpmPeers.installed().everything());
        command.removeLast();
        command.add("streamableHttp");
        var port = freePort();
        var builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("PORT", String.valueOf(port));
        var process = builder.start();
        try {
            Await.until("it listens", () -> listens(port));
            var connection = initialized(URI.create("http://127.0.0.1:" + port + "/mcp"), Headers.NONE);
            process.destroyForcibly().waitFor();
            process = builder.start();
            Await.until("it listens again", () -> listens(port));
            var call = FakeOutgoing.call(1, "echo", "{\"message\":\"hello\"}");
            assertThat(connection.send(call)).isEqualTo(Sent.ACCEPTED);
            assertThat(call.failure().kind()).isEqualTo(Kind.SESSION_GONE);
            assertThat(heard.end()).contains("session is gone");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean listens(int port) {
        for (var host : new String[] {"127.0.0.1"}) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(host, port), 1_000);
                return true;
            } catch (IOException e) {
                return false;
            }
        }
        return false;
    }

    @Test
    void anOldServerIsFoundAndSpokenToTheOldWay() throws Exception {
        try (var server = OddHttpServer.start()) {
            var headers = new FakeHeaders("Bearer a");
            var connection = initialized(server.oldUrl(), headers);
            connection.send(FakeOutgoing.call(1, "echo", "{}"));
            assertThat(heard.nextMessage()).contains("\"id\":1");
            connection.send(FakeOutgoing.call(2, "progress", "{}"));
            for (var step = 1; step <= 3; step++) {
                assertThat(heard.nextMessage()).contains("\"progress\":" + step);
            }
            assertThat(heard.nextMessage()).contains("\"id\":2");
            assertThat(server.count("initialize")).isEqualTo(1);
            assertThat(server.count("old-wrong")).isEqualTo(1);
            assertThat(server.count("old-stream")).isEqualTo(1);
            assertThat(server.seen()).allMatch(seen -> seen.authorization() != null);
            connection.close();
            assertThat(heard.end()).isEqualTo("it was stopped");
            Await.until("given back", () -> headers.back.get() == headers.lent.get());
        }
    }

    @Test
    void whenAnOldServersStreamEndsSoDoesTheConnection() throws Exception {
        try (var server = OddHttpServer.start()) {
            var connection = initialized(server.oldUrl(), Headers.NONE);
            server.cutStreams();
            assertThat(heard.end()).isNotEmpty();
            assertThat(connection.alive()).isFalse();
            assertThat(connection.send(FakeOutgoing.call(1, "echo", "{}"))).isEqualTo(Sent.CLOSED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 405})
    void whoSpeaksNeitherFailsWithTheFirstStatus(int status) throws Exception {
        try (var server = OddHttpServer.start()) {
            server.refuseNext("initialize", status);
            server.streams(false);
            var first = FakeOutgoing.initialize();
            var connection = NetworkConnection.start(network, new Remote(server.url(), Headers.NONE), heard);
            connection.send(first);
            var failure = first.failure();
            assertThat(failure.kind()).isEqualTo(Kind.NOT_TAKEN);
            assertThat(failure.why()).contains(String.valueOf(status));
            assertThat(first.claims).hasValue(1);
            assertThat(heard.ends).isEmpty();
            connection.close();
            assertThat(heard.end()).isEqualTo("it was stopped");
        }
    }

    /** Only the first message may go the old way: later ones met a server that takes POSTs. */
    @Test
    void laterRefusalsDoNotLookElsewhere() throws Exception {
        try (var server = OddHttpServer.start()) {
            server.stateless(true);
            server.streams(false);
            var connection = initialized(server.url(), Headers.NONE);
            Await.until("its own stream was tried", () -> server.count("GET") == 1);
            server.refuseNext("tools/call", 404);
            var call = FakeOutgoing.call(1, "echo", "{}");
            connection.send(call);
            assertThat(call.failure().kind()).isEqualTo(Kind.LOST);
            assertThat(server.count("GET")).isEqualTo(1);
        }
    }

    @Test
    void anEndpointElsewhereIsRefused() throws Exception {
        try (var server = OddHttpServer.start()) {
            server.oldEndpoint("http://localhost:" + server.port() + "/messages?sessionId=");
            SseConnection.start(network, new Remote(server.oldUrl(), Headers.NONE), heard);
            assertThat(heard.end()).contains("another server");
            assertThat(server.count("initialize")).isZero();
        }
    }

    @Test
    void unauthorizedWhileLookingAround() throws Exception {
        try (var server = OddHttpServer.start()) {
            server.require("right");
            var first = FakeOutgoing.initialize();
            NetworkConnection.start(network, new Remote(server.url(), new FakeHeaders("Bearer wrong")), heard)
                    .send(first);
            assertThat(first.failure().kind()).isEqualTo(Kind.UNAUTHORIZED);
        }
    }
}
