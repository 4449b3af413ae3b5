package com.kruxos.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.egress.CredentialHeaders;
import com.kruxos.egress.EgressClient;
import com.kruxos.egress.RemoteEndpoint;
import com.kruxos.peers.FaultyHttpServer;
import com.kruxos.peers.NpmPrograms;
import com.kruxos.process.Await;
import com.kruxos.rpc.ProtocolVersion;
import com.kruxos.transport.DeliveryFailure.FailureKind;
import com.kruxos.transport.ServerConnection.SendResult;
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

/** Detects the transport of a URL: of the reference server, and of one that misbehaves. */
final class RemoteConnectionTest {
    private final FakeMessageListener listener = new FakeMessageListener();
    private final EgressClient client = EgressClient.of(Set.of());

    @AfterEach
    void close() {
        client.close();
    }

    private ServerConnection connectAndInitialize(URI url, CredentialHeaders headers) {
        var connection = TestConnections.remote(client, new RemoteEndpoint(url, headers), listener);
        assertThat(connection.send(FakeOutboundMessage.initialize())).isEqualTo(SendResult.ACCEPTED);
        assertThat(listener.nextMessage()).contains("serverInfo");
        connection.setProtocolVersion(ProtocolVersion.V2025_11_25);
        connection.sendAndAwait(FakeOutboundMessage.initialized());
        return connection;
    }

    /** The reference server, over both HTTP transports. */
    @ParameterizedTest
    @CsvSource({"streamableHttp, /mcp", "sse, /sse"})
    void theReferenceServerWorksOverBothHttpTransports(String mode, String path) throws Exception {
        var command = new ArrayList<>(NpmPrograms.ensureInstalled().everythingCommand());
        command.removeLast();
        command.add(mode);
        var port = freePort();
        var builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("PORT", String.valueOf(port));
        var process = builder.start();
        try {
            Await.until("the server listens", () -> isListening(port));
            var connection =
                    connectAndInitialize(URI.create("http://127.0.0.1:" + port + path), CredentialHeaders.NONE);
            connection.send(FakeOutboundMessage.call(7, "echo", "{\"message\":\"hello there\"}"));
            Await.until("the answer arrives", () -> listener.nextMessage().contains("Echo: hello there"));
            connection.send(
                    FakeOutboundMessage.call(8, "trigger-long-running-operation", "{\"duration\":1,\"steps\":2}"));
            var progress = 0;
            for (var text = listener.nextMessage(); !text.contains("\"id\":8"); text = listener.nextMessage()) {
                progress += text.contains("notifications/progress") ? 1 : 0;
            }
            assertThat(progress).isEqualTo(2);
            connection.close();
            assertThat(listener.nextEnd()).isEqualTo("stopped by KruxOS");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** The reference server answers an unknown session with 400 and an error without an id. */
    @Test
    void aRestartOfTheReferenceServerEndsTheSession() throws Exception {
        var command = new ArrayList<>(NpmPrograms.ensureInstalled().everythingCommand());
        command.removeLast();
        command.add("streamableHttp");
        var port = freePort();
        var builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("PORT", String.valueOf(port));
        var process = builder.start();
        try {
            Await.until("the server listens", () -> isListening(port));
            var connection =
                    connectAndInitialize(URI.create("http://127.0.0.1:" + port + "/mcp"), CredentialHeaders.NONE);
            process.destroyForcibly().waitFor();
            process = builder.start();
            Await.until("the server listens again", () -> isListening(port));
            var call = FakeOutboundMessage.call(1, "echo", "{\"message\":\"hello\"}");
            assertThat(connection.send(call)).isEqualTo(SendResult.ACCEPTED);
            assertThat(call.nextFailure().kind()).isEqualTo(FailureKind.SESSION_GONE);
            assertThat(listener.nextEnd()).contains("no longer knows the session");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isListening(int port) {
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
    void aLegacyServerIsDetectedAndUsedOverHttpWithSse() throws Exception {
        try (var server = FaultyHttpServer.start()) {
            var headers = new FakeCredentialHeaders("Bearer a");
            var connection = connectAndInitialize(server.legacySseUrl(), headers);
            connection.send(FakeOutboundMessage.call(1, "echo", "{}"));
            assertThat(listener.nextMessage()).contains("\"id\":1");
            connection.send(FakeOutboundMessage.call(2, "progress", "{}"));
            for (var step = 1; step <= 3; step++) {
                assertThat(listener.nextMessage()).contains("\"progress\":" + step);
            }
            assertThat(listener.nextMessage()).contains("\"id\":2");
            assertThat(server.count("initialize")).isEqualTo(1);
            assertThat(server.count("old-wrong")).isEqualTo(1);
            assertThat(server.count("old-stream")).isEqualTo(1);
            assertThat(server.requests()).allMatch(seen -> seen.authorization() != null);
            connection.close();
            assertThat(listener.nextEnd()).isEqualTo("stopped by KruxOS");
            Await.until("all credentials are released", () -> headers.released.get() == headers.leased.get());
        }
    }

    @Test
    void theConnectionEndsWhenALegacyServersStreamEnds() throws Exception {
        try (var server = FaultyHttpServer.start()) {
            var connection = connectAndInitialize(server.legacySseUrl(), CredentialHeaders.NONE);
            server.abortStreams();
            assertThat(listener.nextEnd()).isNotEmpty();
            assertThat(connection.isAlive()).isFalse();
            assertThat(connection.send(FakeOutboundMessage.call(1, "echo", "{}")))
                    .isEqualTo(SendResult.CLOSED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 405})
    void aServerWithNeitherTransportFailsWithItsFirstStatus(int status) throws Exception {
        try (var server = FaultyHttpServer.start()) {
            server.refuseNext("initialize", status);
            server.offerStreams(false);
            var first = FakeOutboundMessage.initialize();
            var connection =
                    TestConnections.remote(client, new RemoteEndpoint(server.url(), CredentialHeaders.NONE), listener);
            connection.send(first);
            var failure = first.nextFailure();
            assertThat(failure.kind()).isEqualTo(FailureKind.NOT_TAKEN);
            assertThat(failure.reason()).contains(String.valueOf(status));
            assertThat(first.claims).hasValue(1);
            assertThat(listener.endReasons).isEmpty();
            connection.close();
            assertThat(listener.nextEnd()).isEqualTo("stopped by KruxOS");
        }
    }

    /** Only the first message detects the transport: the server accepted a POST before. */
    @Test
    void onlyTheFirstMessageMayFallBack() throws Exception {
        try (var server = FaultyHttpServer.start()) {
            server.setStateless(true);
            server.offerStreams(false);
            var connection = connectAndInitialize(server.url(), CredentialHeaders.NONE);
            Await.until("the server event stream was requested", () -> server.count("GET") == 1);
            server.refuseNext("tools/call", 404);
            var call = FakeOutboundMessage.call(1, "echo", "{}");
            connection.send(call);
            assertThat(call.nextFailure().kind()).isEqualTo(FailureKind.LOST);
            assertThat(server.count("GET")).isEqualTo(1);
        }
    }

    @Test
    void anEndpointOnAnotherOriginIsRefused() throws Exception {
        try (var server = FaultyHttpServer.start()) {
            server.setLegacyEndpoint("http://localhost:" + server.port() + "/messages?sessionId=");
            TestConnections.sse(client, new RemoteEndpoint(server.legacySseUrl(), CredentialHeaders.NONE), listener);
            assertThat(listener.nextEnd()).contains("another server");
            assertThat(server.count("initialize")).isZero();
        }
    }

    @Test
    void status401OnTheFirstMessageIsReportedAsUnauthorized() throws Exception {
        try (var server = FaultyHttpServer.start()) {
            server.requireToken("right");
            var first = FakeOutboundMessage.initialize();
            TestConnections.remote(
                            client,
                            new RemoteEndpoint(server.url(), new FakeCredentialHeaders("Bearer wrong")),
                            listener)
                    .send(first);
            assertThat(first.nextFailure().kind()).isEqualTo(FailureKind.UNAUTHORIZED);
        }
    }
}
