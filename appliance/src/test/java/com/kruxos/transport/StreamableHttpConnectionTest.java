package com.kruxos.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.egress.CannotConnect;
import com.kruxos.egress.CredentialHeaders;
import com.kruxos.egress.EgressClient;
import com.kruxos.egress.RemoteEndpoint;
import com.kruxos.egress.TestEgressClients;
import com.kruxos.peers.FaultyHttpServer;
import com.kruxos.process.Await;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.rpc.ProtocolVersion;
import com.kruxos.transport.DeliveryFailure.FailureKind;
import com.kruxos.transport.ServerConnection.SendResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streamable HTTP against a server that misbehaves on request. */
final class StreamableHttpConnectionTest {
    private final FakeMessageListener listener = new FakeMessageListener();
    private final EgressClient client = EgressClient.of(Set.of());
    private FaultyHttpServer server;

    @BeforeEach
    void open() throws Exception {
        server = FaultyHttpServer.start();
    }

    @AfterEach
    void close() {
        server.close();
        client.close();
    }

    private StreamableHttpConnection connect(CredentialHeaders headers) {
        return TestConnections.streamableHttp(client, new RemoteEndpoint(server.url(), headers), listener);
    }

    private StreamableHttpConnection connectAndInitialize(CredentialHeaders headers) {
        var connection = connect(headers);
        assertThat(connection.send(FakeOutboundMessage.initialize())).isEqualTo(SendResult.ACCEPTED);
        assertThat(listener.nextMessage()).contains("serverInfo");
        connection.setProtocolVersion(ProtocolVersion.V2025_11_25);
        assertThat(connection.sendAndAwait(FakeOutboundMessage.initialized())).isEqualTo(SendResult.ACCEPTED);
        return connection;
    }

    private StreamableHttpConnection connectAndInitialize() {
        return connectAndInitialize(CredentialHeaders.NONE);
    }

    private static FakeOutboundMessage call(ServerConnection connection, int id, String tool, String arguments) {
        var call = FakeOutboundMessage.call(id, tool, arguments);
        assertThat(connection.send(call)).isEqualTo(SendResult.ACCEPTED);
        return call;
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void aSessionIsOpenedUsedAndDeleted() {
        var connection = connectAndInitialize();
        call(connection, 1, "echo", "{}");
        assertThat(listener.nextMessage()).contains("\"id\":1", "echo");
        Await.until("the server event stream is open", () -> server.openStreamCount() == 1);
        var call = server.requests().stream()
                .filter(seen -> seen.rpc().equals("tools/call"))
                .findFirst()
                .orElseThrow();
        assertThat(call.headers())
                .containsEntry("Content-Type", "application/json")
                .containsEntry("Accept", "application/json, text/event-stream")
                .containsEntry("MCP-Protocol-Version", "2025-11-25")
                .containsKey("Mcp-Session-Id")
                .doesNotContainKey("Accept-Encoding");
        var first = server.requests().getFirst();
        assertThat(first.headers()).doesNotContainKeys("MCP-Protocol-Version", "Mcp-Session-Id");
        connection.close();
        assertThat(listener.nextEnd()).isEqualTo("stopped by KruxOS");
        assertThat(server.count("DELETE")).isEqualTo(1);
        assertThat(server.sessionCount()).isZero();
        assertThat(connection.isAlive()).isFalse();
        assertThat(connection.send(FakeOutboundMessage.call(2, "echo", "{}"))).isEqualTo(SendResult.CLOSED);
        connection.close();
        assertThat(listener.endReasons).isEmpty();
        assertThat(server.count("DELETE")).isEqualTo(1);
    }

    @Test
    void theVersionHeaderIsOmittedForOldProtocolVersions() {
        var connection = connect(CredentialHeaders.NONE);
        connection.send(FakeOutboundMessage.initialize());
        listener.nextMessage();
        connection.setProtocolVersion(ProtocolVersion.V2025_03_26);
        call(connection, 1, "echo", "{}");
        listener.nextMessage();
        assertThat(server.requests().getLast().headers()).doesNotContainKey("MCP-Protocol-Version");
    }

    @Test
    void aSlowAnswerDoesNotDelayOtherCalls() {
        var connection = connectAndInitialize();
        for (var id = 1; id <= 50; id++) {
            call(connection, id, "hang", "{}");
        }
        call(connection, 99, "echo", "{}");
        assertThat(listener.nextMessage()).contains("\"id\":99");
    }

    @Test
    void aThousandConcurrentCallsGetTheirOwnAnswers() {
        var connection = connectAndInitialize();
        var calls = IntStream.rangeClosed(1, 1_000)
                .mapToObj(id -> FakeOutboundMessage.call(id, "count", "{}"))
                .toList();
        calls.forEach(call ->
                Await.until("the connection accepts a message", () -> connection.send(call) == SendResult.ACCEPTED));
        Await.until(
                "an answer or a failure of each",
                () -> listener.messages.size()
                                + calls.stream()
                                        .mapToInt(call -> call.failures.size())
                                        .sum()
                        == 1_000);
        assertThat(calls).flatMap(call -> call.failures).isEmpty();
        var ids = new HashSet<String>();
        for (var left = 1_000; left > 0; left--) {
            ids.add(listener.nextMessage().replaceAll(".*\"id\":([0-9]+).*", "$1"));
        }
        assertThat(ids).hasSize(1_000);
        assertThat(server.count("initialize")).isEqualTo(1);
    }

    @Test
    void progressNotificationsArriveInOrderBeforeTheAnswer() {
        var connection = connectAndInitialize();
        for (var id = 1; id <= 20; id++) {
            call(connection, id, "progress", "{}");
            for (var step = 1; step <= 3; step++) {
                assertThat(listener.nextMessage()).contains("\"progressToken\":" + id, "\"progress\":" + step);
            }
            assertThat(listener.nextMessage()).contains("\"id\":" + id, "three steps");
        }
    }

    @Test
    void aBatchIsDeliveredAsSingleMessages() {
        var connection = connectAndInitialize();
        var call = call(connection, 1, "batch", "{}");
        assertThat(listener.nextMessage()).startsWith("{").contains("notifications/message");
        assertThat(listener.nextMessage()).startsWith("{").contains("\"id\":1");
        assertThat(call.failures).isEmpty();
    }

    @Test
    void messagesOfEightMebibytesAreDelivered() {
        var connection = connectAndInitialize();
        call(connection, 1, "big", "{\"bytes\":" + (8 << 20) + "}");
        assertThat(FakeMessageListener.next(listener.messages)).hasSizeGreaterThan(8 << 20);
        call(connection, 2, "echo", "{\"a\":\"" + "x".repeat(4 << 20) + "\"}");
        assertThat(FakeMessageListener.next(listener.messages)).hasSizeGreaterThan(4 << 20);
    }

    @Test
    void aWithdrawnMessageIsNotSent() {
        var connection = connectAndInitialize();
        var unwanted = FakeOutboundMessage.withdrawn("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
        assertThat(connection.send(unwanted)).isEqualTo(SendResult.ACCEPTED);
        call(connection, 2, "echo", "{}");
        listener.nextMessage();
        assertThat(unwanted.claims).hasValue(1);
        assertThat(server.count("ping")).isZero();
    }

    @Test
    void aCancellationIsSentWhenTheInFlightLimitIsReached() {
        var connection = connectAndInitialize();
        for (var id = 1; id <= HttpConnectionState.MAX_IN_FLIGHT; id++) {
            call(connection, id, "hang", "{}");
        }
        assertThat(connection.send(FakeOutboundMessage.call(999, "echo", "{}"))).isEqualTo(SendResult.BUSY);
        assertThat(connection.send(FakeOutboundMessage.cancel(7))).isEqualTo(SendResult.ACCEPTED);
        Await.until("the cancellation arrives", () -> server.count("cancelled") == 1);
        Await.until(
                "the connection accepts a message",
                () -> connection.send(FakeOutboundMessage.call(999, "echo", "{}")) == SendResult.ACCEPTED);
        assertThat(listener.nextMessage()).contains("\"id\":999");
    }

    @Test
    void theCredentialIsLeasedAndReleasedPerRequest() throws Exception {
        var headers = new FakeCredentialHeaders("Bearer first-one");
        var connection = connectAndInitialize(headers);
        Await.until("the server event stream is open", () -> server.openStreamCount() == 1);
        call(connection, 1, "headers", "{}");
        assertThat(listener.nextMessage()).contains(sha256("Bearer first-one"));
        headers.value = "Bearer second-one";
        call(connection, 2, "headers", "{}");
        assertThat(listener.nextMessage()).contains(sha256("Bearer second-one"));
        assertThat(headers.leased).hasValue(5); // initialize, initialized, GET, two calls
        Await.until("all credentials but the one of the event stream are released", () -> headers.released.get() == 4);
        connection.close();
        Await.until("all credentials are released", () -> headers.released.get() == headers.leased.get());
        assertThat(server.requests()).allMatch(seen -> seen.authorization() != null);
    }

    @Test
    void status401IsReportedAsUnauthorized() {
        server.requireToken("right");
        var headers = new FakeCredentialHeaders("Bearer wrong");
        var connection = connect(headers);
        var first = FakeOutboundMessage.initialize();
        connection.send(first);
        assertThat(first.nextFailure())
                .isEqualTo(new DeliveryFailure(
                        FailureKind.UNAUTHORIZED, "the server rejected the credential (status 401)"));
        headers.value = "Bearer right";
        connection.send(FakeOutboundMessage.initialize());
        assertThat(listener.nextMessage()).contains("serverInfo");
    }

    @Test
    void invalidHeadersAreNotSent() {
        for (var invalid : Set.of("a\r\nX-Evil: 1", "a\nb", "a\0b", "a\u007fb")) {
            var first = FakeOutboundMessage.initialize();
            connect(new FakeCredentialHeaders(invalid)).send(first);
            var failure = first.nextFailure();
            assertThat(failure.kind()).isEqualTo(FailureKind.NOT_TAKEN);
            assertThat(failure.reason()).contains("Authorization").doesNotContain("Evil");
        }
        var first = FakeOutboundMessage.initialize();
        connect(new FakeCredentialHeaders("X Y", "a")).send(first);
        assertThat(first.nextFailure().kind()).isEqualTo(FailureKind.NOT_TAKEN);
        assertThat(server.count("POST")).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 400})
    void aLostSessionEndsTheConnection(int status) {
        var connection = connectAndInitialize();
        Await.until("the server event stream is open", () -> server.openStreamCount() == 1);
        server.offerStreams(false);
        server.forgetSessions(status);
        var call = call(connection, 1, "echo", "{}");
        assertThat(call.nextFailure().kind()).isEqualTo(FailureKind.SESSION_GONE);
        assertThat(listener.nextEnd()).contains("no longer knows the session");
        assertThat(connection.isAlive()).isFalse();
        assertThat(server.count("call:echo")).isZero();
        assertThat(server.count("DELETE")).isZero();
        assertThat(listener.endReasons).isEmpty();
    }

    /** Fails without {@code HttpConnectionState.drain}: the other calls would be lost with the one that met the 404. */
    @Test
    void callsInFlightAreStillAnsweredAfterTheSessionIsLost() {
        var connection = connectAndInitialize();
        server.offerStreams(false);
        for (var id = 1; id <= 10; id++) {
            call(connection, id, "slow", "{\"ms\":700}");
        }
        Await.until("all calls have arrived", () -> server.count("call:slow") == 10);
        server.forgetSessions(404);
        var late = call(connection, 99, "echo", "{}");
        assertThat(late.nextFailure().kind()).isEqualTo(FailureKind.SESSION_GONE);
        for (var id = 1; id <= 10; id++) {
            assertThat(listener.nextMessage()).contains("done");
        }
        assertThat(listener.nextEnd()).contains("no longer knows the session");
    }

    @ParameterizedTest
    @CsvSource({
        "405, NOT_TAKEN",
        "406, NOT_TAKEN",
        "415, NOT_TAKEN",
        "429, NOT_TAKEN",
        "503, NOT_TAKEN",
        "413, NOT_TAKEN",
        "403, LOST",
        "418, LOST",
        "500, LOST",
        "502, LOST",
        "504, LOST"
    })
    void errorStatusesMapToFailureKinds(int status, FailureKind kind) {
        var connection = connectAndInitialize();
        server.refuseNext("tools/call", status);
        var failure = call(connection, 1, "echo", "{}").nextFailure();
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.reason()).contains(String.valueOf(status)).doesNotContain("words");
        assertThat(server.count("tools/call")).isEqualTo(1);
        call(connection, 2, "echo", "{}");
        assertThat(listener.nextMessage()).contains("\"id\":2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"break", "half", "silent", "packed"})
    void aMissingAnswerIsReportedAsLostAndTheCallIsNotRepeated(String tool) {
        var connection = connectAndInitialize();
        assertThat(call(connection, 1, tool, "{}").nextFailure().kind()).isEqualTo(FailureKind.LOST);
        call(connection, 2, "echo", "{}");
        while (!listener.nextMessage().contains("\"id\":2")) {}
        assertThat(server.count("call:" + tool)).isEqualTo(1);
    }

    /** Fails without {@code onOversized} in ReconnectingEventStream. */
    @Test
    void anOversizedServerMessageIsDropped() {
        var connection = connectWithOneMebibyteLimit();
        server.broadcast("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\",\"params\":{\"a\":\""
                + "x".repeat(1 << 20) + "\"}}");
        server.broadcast("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
        assertThat(listener.nextMessage()).contains("list_changed");
        assertThat(listener.dropped).containsExactly("null: the server sent a message of more than 1048576 bytes");
        assertThat(server.openStreamCount()).isEqualTo(1);
        assertThat(server.count("stream")).isEqualTo(1);
        assertThat(connection.isAlive()).isTrue();
    }

    private StreamableHttpConnection connectWithOneMebibyteLimit() {
        var connection = new StreamableHttpConnection(
                client,
                new RemoteEndpoint(server.url(), CredentialHeaders.NONE),
                listener,
                MessageLimits.of(1 << 20),
                (status, message) -> false);
        connection.send(FakeOutboundMessage.initialize());
        listener.nextMessage();
        connection.setProtocolVersion(ProtocolVersion.V2025_11_25);
        connection.sendAndAwait(FakeOutboundMessage.initialized());
        Await.until("the server event stream is open", () -> server.openStreamCount() == 1);
        return connection;
    }

    /** Fails when SseParser ignores the event id: the stream would resume before the event again and again. */
    @Test
    void theStreamResumesAfterAnUnboundedServerMessage() {
        var connection = connectWithOneMebibyteLimit();
        server.broadcast("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\",\"params\":{\"a\":\""
                + "x".repeat(17 << 20) + "\"}}");
        Await.until(
                "the stream is resumed after the event",
                () -> server.requests().stream()
                        .anyMatch(seen ->
                                seen.headers().getOrDefault("Last-Event-ID", "").startsWith("n")));
        Await.until("a message arrives", () -> {
            server.broadcast("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
            return !listener.messages.isEmpty();
        });
        assertThat(listener.nextMessage()).contains("list_changed");
        assertThat(connection.isAlive()).isTrue();
    }

    /** An oversized event with an id must not be requested again. Fails without {@code !tooLong} in PostRequest. */
    @ParameterizedTest
    @ValueSource(strings = {"endless", "endless_event"})
    void anUnboundedAnswerIsAborted(String tool) {
        var connection = new StreamableHttpConnection(
                client,
                new RemoteEndpoint(server.url(), CredentialHeaders.NONE),
                listener,
                MessageLimits.of(1 << 20),
                (status, message) -> false);
        connection.send(FakeOutboundMessage.initialize());
        listener.nextMessage();
        var failure = call(connection, 1, tool, "{}").nextFailure();
        assertThat(failure.kind()).isEqualTo(FailureKind.LOST);
        assertThat(failure.reason()).contains("more than 1048576 bytes");
        Await.until("the server detects the abort", () -> server.count("cut") == 1);
        assertThat(connection.isAlive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void aBrokenStreamWithEventIdsIsResumed(int times) {
        server.offerStreams(true);
        var connection = connectAndInitialize();
        var call = call(connection, 1, "drop", "{\"times\":" + times + "}");
        assertThat(listener.nextMessage()).contains("\"id\":1", "drop");
        assertThat(server.count("call:drop")).isEqualTo(1);
        assertThat(call.failures).isEmpty();
        var resumed = server.requests().stream()
                .filter(seen -> seen.headers().containsKey("Last-Event-ID"))
                .toList();
        assertThat(resumed).hasSize(times + 1).allMatch(seen -> seen.method().equals("GET"));
    }

    /**
     * Fails without {@code PostRequest.onOversized}: the call would wait, and its stream be resumed again and again.
     */
    @Test
    void anOversizedAnswerOnAResumedStreamIsDropped() {
        var connection = new StreamableHttpConnection(
                client,
                new RemoteEndpoint(server.url(), CredentialHeaders.NONE),
                listener,
                MessageLimits.of(1 << 16),
                (status, message) -> false);
        connection.send(FakeOutboundMessage.initialize());
        listener.nextMessage();
        var call = call(connection, 1, "drop", "{\"times\":1,\"bytes\":" + (1 << 16) + "}");
        Await.until("the message is dropped", () -> !listener.dropped.isEmpty());
        assertThat(listener.dropped).containsExactly("1: the server sent a message of more than 65536 bytes");
        var resumed = server.count("stream");
        call(connection, 2, "echo", "{}");
        assertThat(listener.nextMessage()).contains("\"id\":2");
        assertThat(call.failures).isEmpty();
        assertThat(server.count("stream")).isEqualTo(resumed);
        assertThat(connection.isAlive()).isTrue();
    }

    @Test
    void aCallIsLostWhenItsStreamCannotBeResumed() {
        var connection = connectAndInitialize();
        server.offerStreams(false);
        assertThat(call(connection, 1, "drop", "{}").nextFailure().kind()).isEqualTo(FailureKind.LOST);
        assertThat(server.count("call:drop")).isEqualTo(1);
    }

    @Test
    void theServerEventStreamIsReopenedAfterItBreaks() {
        var connection = connectAndInitialize();
        Await.until("the server event stream is open", () -> server.openStreamCount() == 1);
        server.broadcast("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
        assertThat(listener.nextMessage()).contains("list_changed");
        server.abortStreams();
        Await.until("the event stream is open again", () -> server.openStreamCount() == 1);
        server.broadcast("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}");
        assertThat(listener.nextMessage()).contains("notifications/message");
        assertThat(server.requests().getLast().headers().get("Last-Event-ID")).startsWith("n");
        connection.close();
        Await.until("the event stream is closed", () -> {
            server.broadcast("{}"); // a server notices only when it writes
            return server.openStreamCount() == 0;
        });
    }

    @Test
    void aServerWithoutAnEventStreamIsUsable() {
        server.offerStreams(false);
        var connection = connectAndInitialize();
        call(connection, 1, "echo", "{}");
        assertThat(listener.nextMessage()).contains("\"id\":1");
        Await.until("the event stream was requested", () -> server.count("GET") == 1);
        assertThat(connection.isAlive()).isTrue();
    }

    /**
     * Fails without {@code onStreamOversized} in PostRequest: the call would count as in flight as long as the server
     * keeps the stream open.
     */
    @Test
    void aStreamLeftOpenAfterADroppedAnswerFreesItsPlace() {
        var connection = connectWithOneMebibyteLimit();
        for (var id = 1; id <= HttpConnectionState.MAX_IN_FLIGHT + 10; id++) {
            call(connection, id, "linger", "{\"bytes\":" + (1 << 20) + "}");
            Await.until("the message is dropped", () -> !listener.dropped.isEmpty());
            assertThat(listener.dropped.remove()).startsWith(id + ": ");
        }
    }

    /**
     * Fails when {@code PostRequest.onOversized} does not keep the reason: the caller would learn only that there was
     * no response.
     */
    @Test
    void aDroppedMessageWithoutAVisibleIdFailsItsCallWhenTheStreamEnds() {
        server.respondAsEvents(true);
        var failure = call(connectWithOneMebibyteLimit(), 1, "batch", "{\"bytes\":" + (1 << 20) + "}")
                .nextFailure();
        assertThat(failure.kind()).isEqualTo(FailureKind.LOST);
        assertThat(failure.reason()).contains("more than 1048576 bytes");
    }

    /**
     * Fails when {@code PostRequest.onEvent} does not finish the request: it would count as in flight as long as the
     * server keeps the stream open.
     */
    @Test
    void aStreamLeftOpenAfterTheAnswerFreesItsPlace() {
        var connection = connectAndInitialize();
        for (var id = 1; id <= HttpConnectionState.MAX_IN_FLIGHT + 10; id++) {
            call(connection, id, "linger", "{}");
            assertThat(listener.nextMessage()).contains("\"id\":" + id);
        }
    }

    @Test
    void anUnreachableServerFailsAsNotTaken() {
        var connection = connectAndInitialize();
        server.close();
        Await.until("the connection is refused", () -> {
            var call = FakeOutboundMessage.call(1, "echo", "{}");
            connection.send(call);
            return call.nextFailure().kind() == FailureKind.NOT_TAKEN;
        });
        assertThat(connection.isAlive()).isTrue();
    }

    @Test
    void sameOriginRedirectsKeepTheCredential() {
        server.redirect("/moved", 307, "/moved2");
        server.redirect("/moved2", 308, server.url().toString());
        var headers = new FakeCredentialHeaders("Bearer a");
        var connection =
                TestConnections.streamableHttp(client, new RemoteEndpoint(server.urlOf("/moved"), headers), listener);
        connection.send(FakeOutboundMessage.initialize());
        assertThat(listener.nextMessage()).contains("serverInfo");
        assertThat(server.requests()).hasSize(3).allMatch(seen -> seen.authorization() != null);
        Await.until("all credentials are released", () -> headers.released.get() == 3);
    }

    @Test
    void crossOriginRedirectsDropTheCredentialAndPrivateTargetsAreRefused() throws Exception {
        try (var other = FaultyHttpServer.start()) {
            server.redirect("/moved", 307, other.url().toString());
            var headers = new FakeCredentialHeaders("Bearer a");
            var refused = FakeOutboundMessage.initialize();
            TestConnections.streamableHttp(client, new RemoteEndpoint(server.urlOf("/moved"), headers), listener)
                    .send(refused);
            assertThat(refused.nextFailure().kind()).isEqualTo(FailureKind.NOT_TAKEN);
            assertThat(other.count("POST")).isZero();

            try (var open = EgressClient.of(Set.of("127.0.0.1"))) {
                var connection = TestConnections.streamableHttp(
                        open, new RemoteEndpoint(server.urlOf("/moved"), headers), listener);
                connection.send(FakeOutboundMessage.initialize());
                assertThat(listener.nextMessage()).contains("serverInfo");
                call(connection, 1, "echo", "{}");
                Await.until("the call arrives", () -> other.count("tools/call") == 1);
                assertThat(other.requests())
                        .allMatch(seen ->
                                seen.authorization() == null && !seen.headers().containsKey("Mcp-Session-Id"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303})
    void redirectsThatWouldChangePostToGetAreRefused(int status) {
        server.redirect("/moved", status, "/mcp?secret=1");
        var first = FakeOutboundMessage.initialize();
        TestConnections.streamableHttp(
                        client, new RemoteEndpoint(server.urlOf("/moved"), CredentialHeaders.NONE), listener)
                .send(first);
        var failure = first.nextFailure();
        assertThat(failure.kind()).isEqualTo(FailureKind.NOT_TAKEN);
        assertThat(failure.reason())
                .contains("http://127.0.0.1:" + server.port())
                .doesNotContain("secret");
    }

    @Test
    void theFourthRedirectIsRefused() {
        server.redirect("/moved", 307, "/moved");
        var first = FakeOutboundMessage.initialize();
        TestConnections.streamableHttp(
                        client, new RemoteEndpoint(server.urlOf("/moved"), CredentialHeaders.NONE), listener)
                .send(first);
        assertThat(first.nextFailure().reason()).contains("more than 3");
        assertThat(server.count("redirected")).isEqualTo(4);
    }

    @Test
    void aNameThatResolvesToLoopbackIsRefusedUnlessConfigured() {
        var url = URI.create("http://rebound.example:" + server.port() + "/mcp");
        try (var withoutException = TestEgressClients.resolvingToLoopback(Set.of())) {
            var first = FakeOutboundMessage.initialize();
            TestConnections.streamableHttp(withoutException, new RemoteEndpoint(url, CredentialHeaders.NONE), listener)
                    .send(first);
            var failure = first.nextFailure();
            assertThat(failure.kind()).isEqualTo(FailureKind.NOT_TAKEN);
            assertThat(failure.reason()).contains("rebound.example", "private_hosts:");
        }
        try (var withException = TestEgressClients.resolvingToLoopback(Set.of("rebound.example"))) {
            TestConnections.streamableHttp(
                            withException, new RemoteEndpoint(url, new FakeCredentialHeaders("Bearer a")), listener)
                    .send(FakeOutboundMessage.initialize());
            assertThat(listener.nextMessage()).contains("serverInfo");
        }
        assertThat(server.count("initialize")).isEqualTo(1);
    }

    @Test
    void aCredentialIsNotSentToTheInternetWithoutTls() {
        var headers = new FakeCredentialHeaders("Bearer a");
        var first = FakeOutboundMessage.initialize();
        TestConnections.streamableHttp(
                        client, new RemoteEndpoint(URI.create("http://example.com/mcp"), headers), listener)
                .send(first);
        var failure = first.nextFailure();
        assertThat(failure.kind()).isEqualTo(FailureKind.NOT_TAKEN);
        assertThat(failure.reason()).contains("without TLS").doesNotContain("Bearer");
        assertThat(headers.released).hasValue(headers.leased.get());
    }

    /** One server answers the handshake with listening HTTP, the other one does not answer. */
    @ParameterizedTest
    @ValueSource(
            booleans = {
                true, false, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
                true, true, true, true
            })
    void aFailedTlsHandshakeFailsAsNotTaken(boolean answers) throws Exception {
        try (var listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var impatient = TestEgressClients.withHandshakeTimeout(Duration.ofMillis(500))) {
            Thread.ofVirtual().start(() -> serve(listening, answers));
            var url = URI.create("https://127.0.0.1:" + listening.getLocalPort() + "/mcp");
            var headers = new FakeCredentialHeaders("Bearer a");
            var first = FakeOutboundMessage.initialize();
            TestConnections.streamableHttp(answers ? client : impatient, new RemoteEndpoint(url, headers), listener)
                    .send(first);
            var failure = first.nextFailure();
            assertThat(failure.kind()).isEqualTo(FailureKind.NOT_TAKEN);
            assertThat(failure.reason()).contains("TLS");
            assertThat(headers.released).hasValue(1);
        }
    }

    private static void serve(ServerSocket listening, boolean answers) {
        var accepted = new ArrayList<Socket>();
        try {
            while (true) {
                var socket = listening.accept();
                accepted.add(socket);
                if (answers) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException e) {
            accepted.forEach(StreamableHttpConnectionTest::closeQuietly);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void invalidUrlsAreRefused() {
        for (var url : new ArrayList<>(Set.of(
                "ftp://example.com/", "/mcp", "http:///mcp", "http://a:b@example.com/", "http://example.com/#a"))) {
            assertThatThrownBy(() -> new RemoteEndpoint(URI.create(url), CredentialHeaders.NONE))
                    .isInstanceOf(CannotConnect.class);
        }
        assertThatThrownBy(() -> TestConnections.streamableHttp(
                        client,
                        new RemoteEndpoint(URI.create("http://169.254.169.254/"), CredentialHeaders.NONE),
                        listener))
                .isInstanceOf(CannotConnect.class);
    }
}
