package com.kruxos.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.peers.OddHttpServer;
import com.kruxos.rpc.Allowance;
import com.kruxos.transport.Connection.Sent;
import com.kruxos.transport.Failure.Kind;
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

/** Streamable HTTP with a server that misbehaves on demand. */
final class HttpConnectionTest {
    private final FakeReceiver heard = new FakeReceiver();
    private final Network network = Network.of(Set.of());
    private OddHttpServer server;

    @BeforeEach
    void open() throws Exception {
        server = OddHttpServer.start();
    }

    @AfterEach
    void close() {
        server.close();
        network.close();
    }

    private HttpConnection connection(Headers headers) {
        return HttpConnection.start(network, new Remote(server.url(), headers), heard);
    }

    private HttpConnection initialized(Headers headers) {
        var connection = connection(headers);
        assertThat(connection.send(FakeOutgoing.initialize())).isEqualTo(Sent.ACCEPTED);
        assertThat(heard.nextMessage()).contains("serverInfo");
        connection.agreed("2025-11-25");
        assertThat(connection.deliver(FakeOutgoing.initialized())).isEqualTo(Sent.ACCEPTED);
        return connection;
    }

    private HttpConnection initialized() {
        return initialized(Headers.NONE);
    }

    private static FakeOutgoing call(Connection connection, int id, String tool, String arguments) {
        var call = FakeOutgoing.call(id, tool, arguments);
        assertThat(connection.send(call)).isEqualTo(Sent.ACCEPTED);
        return call;
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void aSessionFromHelloToGoodbye() {
        var connection = initialized();
        call(connection, 1, "echo", "{}");
        assertThat(heard.nextMessage()).contains("\"id\":1", "echo");
        Await.until("the stream of the server's own", () -> server.listeners() == 1);
        var call = server.seen().stream()
                .filter(seen -> seen.rpc().equals("tools/call"))
                .findFirst()
                .orElseThrow();
        assertThat(call.headers())
                .containsEntry("Content-Type", "application/json")
                .containsEntry("Accept", "application/json, text/event-stream")
                .containsEntry("MCP-Protocol-Version", "2025-11-25")
                .containsKey("Mcp-Session-Id")
                .doesNotContainKey("Accept-Encoding");
        var first = server.seen().getFirst();
        assertThat(first.headers()).doesNotContainKeys("MCP-Protocol-Version", "Mcp-Session-Id");
        connection.close();
        assertThat(heard.end()).isEqualTo("it was stopped");
        assertThat(server.count("DELETE")).isEqualTo(1);
        assertThat(server.sessions()).isZero();
        assertThat(connection.alive()).isFalse();
        assertThat(connection.send(FakeOutgoing.call(2, "echo", "{}"))).isEqualTo(Sent.CLOSED);
        connection.close();
        assertThat(heard.ends).isEmpty();
        assertThat(server.count("DELETE")).isEqualTo(1);
    }

    @Test
    void anOldVersionIsNotNamed() {
        var connection = connection(Headers.NONE);
        connection.send(FakeOutgoing.initialize());
        heard.nextMessage();
        connection.agreed("2025-03-26");
        call(connection, 1, "echo", "{}");
        heard.nextMessage();
        assertThat(server.seen().getLast().headers()).doesNotContainKey("MCP-Protocol-Version");
    }

    @Test
    void slowAnswersHoldUpNobody() {
        var connection = initialized();
        for (var id = 1; id <= 50; id++) {
            call(connection, id, "hang", "{}");
        }
        call(connection, 99, "echo", "{}");
        assertThat(heard.nextMessage()).contains("\"id\":99");
    }

    @Test
    void aThousandAnswersEachToItsOwn() {
        var connection = initialized();
        var calls = IntStream.rangeClosed(1, 1_000)
                .mapToObj(id -> FakeOutgoing.call(id, "count", "{}"))
                .toList();
        calls.forEach(call -> Await.until("room", () -> connection.send(call) == Sent.ACCEPTED));
        Await.until(
                "an answer or a failure of each",
                () -> heard.messages.size()
                                + calls.stream()
                                        .mapToInt(call -> call.failures.size())
                                        .sum()
                        == 1_000);
        assertThat(calls).flatMap(call -> call.failures).isEmpty();
        var ids = new HashSet<String>();
        for (var left = 1_000; left > 0; left--) {
            ids.add(heard.nextMessage().replaceAll(".*\"id\":([0-9]+).*", "$1"));
        }
        assertThat(ids).hasSize(1_000);
        assertThat(server.count("initialize")).isEqualTo(1);
    }

    @Test
    void progressComesInOrderAndBeforeTheAnswer() {
        var connection = initialized();
        for (var id = 1; id <= 20; id++) {
            call(connection, id, "progress", "{}");
            for (var step = 1; step <= 3; step++) {
                assertThat(heard.nextMessage()).contains("\"progressToken\":" + id, "\"progress\":" + step);
            }
            assertThat(heard.nextMessage()).contains("\"id\":" + id, "three steps");
        }
    }

    @Test
    void aBatchComesAsItsMessages() {
        var connection = initialized();
        var call = call(connection, 1, "batch", "{}");
        assertThat(heard.nextMessage()).startsWith("{").contains("notifications/message");
        assertThat(heard.nextMessage()).startsWith("{").contains("\"id\":1");
        assertThat(call.failures).isEmpty();
    }

    @Test
    void eightMebibytes() {
        var connection = initialized();
        call(connection, 1, "big", "{\"bytes\":" + (8 << 20) + "}");
        assertThat(FakeReceiver.next(heard.messages)).hasSizeGreaterThan(8 << 20);
        call(connection, 2, "echo", "{\"a\":\"" + "x".repeat(4 << 20) + "\"}");
        assertThat(FakeReceiver.next(heard.messages)).hasSizeGreaterThan(4 << 20);
    }

    @Test
    void aWithdrawnMessageIsNotSent() {
        var connection = initialized();
        var unwanted = FakeOutgoing.unwanted("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
        assertThat(connection.send(unwanted)).isEqualTo(Sent.ACCEPTED);
        call(connection, 2, "echo", "{}");
        heard.nextMessage();
        assertThat(unwanted.claims).hasValue(1);
        assertThat(server.count("ping")).isZero();
    }

    @Test
    void whatOvertakesIsLetInWhenAllIsFullAndFreesARoom() {
        var connection = initialized();
        for (var id = 1; id <= Traffic.AT_ONCE; id++) {
            call(connection, id, "hang", "{}");
        }
        assertThat(connection.send(FakeOutgoing.call(999, "echo", "{}"))).isEqualTo(Sent.BUSY);
        assertThat(connection.send(FakeOutgoing.cancel(7))).isEqualTo(Sent.ACCEPTED);
        Await.until("the cancellation", () -> server.count("cancelled") == 1);
        Await.until("room", () -> connection.send(FakeOutgoing.call(999, "echo", "{}")) == Sent.ACCEPTED);
        assertThat(heard.nextMessage()).contains("\"id\":999");
    }

    @Test
    void theCredentialIsLentForEachRequestAndGivenBack() throws Exception {
        var headers = new FakeHeaders("Bearer first-one");
        var connection = initialized(headers);
        Await.until("the stream", () -> server.listeners() == 1);
        call(connection, 1, "headers", "{}");
        assertThat(heard.nextMessage()).contains(sha256("Bearer first-one"));
        headers.value = "Bearer second-one";
        call(connection, 2, "headers", "{}");
        assertThat(heard.nextMessage()).contains(sha256("Bearer second-one"));
        assertThat(headers.lent).hasValue(5); // initialize, initialized, GET, two calls
        Await.until("all but the stream's given back", () -> headers.back.get() == 4);
        connection.close();
        Await.until("all given back", () -> headers.back.get() == headers.lent.get());
        assertThat(server.seen()).allMatch(seen -> seen.authorization() != null);
    }

    @Test
    void unauthorizedIsToldAsSuch() {
        server.require("right");
        var headers = new FakeHeaders("Bearer wrong");
        var connection = connection(headers);
        var first = FakeOutgoing.initialize();
        connection.send(first);
        assertThat(first.failure()).isEqualTo(new Failure(Kind.UNAUTHORIZED, "it refuses the credential (status 401)"));
        headers.value = "Bearer right";
        connection.send(FakeOutgoing.initialize());
        assertThat(heard.nextMessage()).contains("serverInfo");
    }

    @Test
    void aHeaderThatCannotBeSentIsNot() {
        for (var bad : Set.of("a\r\nX-Evil: 1", "a\nb", "a\0b", "a\u007fb")) {
            var first = FakeOutgoing.initialize();
            connection(new FakeHeaders(bad)).send(first);
            var failure = first.failure();
            assertThat(failure.kind()).isEqualTo(Kind.NOT_TAKEN);
            assertThat(failure.why()).contains("Authorization").doesNotContain("Evil");
        }
        var first = FakeOutgoing.initialize();
        connection(new FakeHeaders("X Y", "a")).send(first);
        assertThat(first.failure().kind()).isEqualTo(Kind.NOT_TAKEN);
        assertThat(server.count("POST")).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 400})
    void aLostSessionEndsTheConnection(int status) {
        var connection = initialized();
        Await.until("the stream", () -> server.listeners() == 1);
        server.streams(false);
        server.forgetSessions(status);
        var call = call(connection, 1, "echo", "{}");
        assertThat(call.failure().kind()).isEqualTo(Kind.SESSION_GONE);
        assertThat(heard.end()).contains("session is gone");
        assertThat(connection.alive()).isFalse();
        assertThat(server.count("call:echo")).isZero();
        assertThat(server.count("DELETE")).isZero();
        assertThat(heard.ends).isEmpty();
    }

    /** Red without wane: the calls beside the one that met the 404 would end as lost. */
    @Test
    void othersUnderWayAreStillAnswered() {
        var connection = initialized();
        server.streams(false);
        for (var id = 1; id <= 10; id++) {
            call(connection, id, "slow", "{\"ms\":700}");
        }
        Await.until("all are there", () -> server.count("call:slow") == 10);
        server.forgetSessions(404);
        var late = call(connection, 99, "echo", "{}");
        assertThat(late.failure().kind()).isEqualTo(Kind.SESSION_GONE);
        for (var id = 1; id <= 10; id++) {
            assertThat(heard.nextMessage()).contains("done");
        }
        assertThat(heard.end()).contains("session is gone");
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
    void whatAStatusMeans(int status, Kind kind) {
        var connection = initialized();
        server.refuseNext("tools/call", status);
        var failure = call(connection, 1, "echo", "{}").failure();
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.why()).contains(String.valueOf(status)).doesNotContain("words");
        assertThat(server.count("tools/call")).isEqualTo(1);
        call(connection, 2, "echo", "{}");
        assertThat(heard.nextMessage()).contains("\"id\":2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"break", "half", "silent", "packed"})
    void anAnswerThatDoesNotComeIsLostAndTheCallNotRepeated(String tool) {
        var connection = initialized();
        assertThat(call(connection, 1, tool, "{}").failure().kind()).isEqualTo(Kind.LOST);
        call(connection, 2, "echo", "{}");
        while (!heard.nextMessage().contains("\"id\":2")) {}
        assertThat(server.count("call:" + tool)).isEqualTo(1);
    }

    /** Red without {@code dropped} in EventStream. */
    @Test
    void whatTheServerSaysByItselfAtTooGreatALengthIsDropped() {
        var connection = limited();
        server.tell("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\",\"params\":{\"a\":\"" + "x".repeat(1 << 20)
                + "\"}}");
        server.tell("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
        assertThat(heard.nextMessage()).contains("list_changed");
        assertThat(heard.dropped).containsExactly("null: it sent a message of more than 1048576 bytes");
        assertThat(server.listeners()).isEqualTo(1);
        assertThat(server.count("stream")).isEqualTo(1);
        assertThat(connection.alive()).isTrue();
    }

    private HttpConnection limited() {
        var connection = new HttpConnection(
                network,
                new Remote(server.url(), Headers.NONE),
                heard,
                Allowance.of(1 << 20),
                (status, message) -> false);
        connection.send(FakeOutgoing.initialize());
        heard.nextMessage();
        connection.agreed("2025-11-25");
        connection.deliver(FakeOutgoing.initialized());
        Await.until("the stream", () -> server.listeners() == 1);
        return connection;
    }

    /** Red when SseParser does not tell the id: the stream would be resumed before the event, again and again. */
    @Test
    void whatTheServerSaysByItselfWithoutEndIsPassedOver() {
        var connection = limited();
        server.tell("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\",\"params\":{\"a\":\"" + "x".repeat(17 << 20)
                + "\"}}");
        Await.until(
                "it goes on behind it",
                () -> server.seen().stream()
                        .anyMatch(seen ->
                                seen.headers().getOrDefault("Last-Event-ID", "").startsWith("n")));
        Await.until("it is heard again", () -> {
            server.tell("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
            return !heard.messages.isEmpty();
        });
        assertThat(heard.nextMessage()).contains("list_changed");
        assertThat(connection.alive()).isTrue();
    }

    /** An event with an id must not be asked for again: red without {@code !tooLong} in Post. */
    @ParameterizedTest
    @ValueSource(strings = {"endless", "endless_event"})
    void anEndlessAnswerIsCut(String tool) {
        var connection = new HttpConnection(
                network,
                new Remote(server.url(), Headers.NONE),
                heard,
                Allowance.of(1 << 20),
                (status, message) -> false);
        connection.send(FakeOutgoing.initialize());
        heard.nextMessage();
        var failure = call(connection, 1, tool, "{}").failure();
        assertThat(failure.kind()).isEqualTo(Kind.LOST);
        assertThat(failure.why()).contains("more than 1048576 bytes");
        Await.until("the server notices", () -> server.count("cut") == 1);
        assertThat(connection.alive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void aBrokenStreamWithIdsIsResumed(int times) {
        server.streams(true);
        var connection = initialized();
        var call = call(connection, 1, "drop", "{\"times\":" + times + "}");
        assertThat(heard.nextMessage()).contains("\"id\":1", "drop");
        assertThat(server.count("call:drop")).isEqualTo(1);
        assertThat(call.failures).isEmpty();
        var resumed = server.seen().stream()
                .filter(seen -> seen.headers().containsKey("Last-Event-ID"))
                .toList();
        assertThat(resumed).hasSize(times + 1).allMatch(seen -> seen.method().equals("GET"));
    }

    /** Red without {@code lacks} in Post: the call would wait, and its stream be asked for again and again. */
    @Test
    void aResumedAnswerThatIsTooLongIsLost() {
        var connection = new HttpConnection(
                network,
                new Remote(server.url(), Headers.NONE),
                heard,
                Allowance.of(1 << 16),
                (status, message) -> false);
        connection.send(FakeOutgoing.initialize());
        heard.nextMessage();
        var call = call(connection, 1, "drop", "{\"times\":1,\"bytes\":" + (1 << 16) + "}");
        Await.until("it is dropped", () -> !heard.dropped.isEmpty());
        assertThat(heard.dropped).containsExactly("1: it sent a message of more than 65536 bytes");
        var resumed = server.count("stream");
        call(connection, 2, "echo", "{}");
        assertThat(heard.nextMessage()).contains("\"id\":2");
        assertThat(call.failures).isEmpty();
        assertThat(server.count("stream")).isEqualTo(resumed);
        assertThat(connection.alive()).isTrue();
    }

    @Test
    void aStreamThatCannotBeResumedIsLost() {
        var connection = initialized();
        server.streams(false);
        assertThat(call(connection, 1, "drop", "{}").failure().kind()).isEqualTo(Kind.LOST);
        assertThat(server.count("call:drop")).isEqualTo(1);
    }

    @Test
    void theServersOwnMessagesComeAndTheStreamComesBack() {
        var connection = initialized();
        Await.until("the stream", () -> server.listeners() == 1);
        server.tell("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
        assertThat(heard.nextMessage()).contains("list_changed");
        server.cutStreams();
        Await.until("it is back", () -> server.listeners() == 1);
        server.tell("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}");
        assertThat(heard.nextMessage()).contains("notifications/message");
        assertThat(server.seen().getLast().headers().get("Last-Event-ID")).startsWith("n");
        connection.close();
        Await.until("it is gone", () -> {
            server.tell("{}"); // a server notices only when it writes
            return server.listeners() == 0;
        });
    }

    @Test
    void noStreamOfItsOwnIsNoHarm() {
        server.streams(false);
        var connection = initialized();
        call(connection, 1, "echo", "{}");
        assertThat(heard.nextMessage()).contains("\"id\":1");
        Await.until("it asked", () -> server.count("GET") == 1);
        assertThat(connection.alive()).isTrue();
    }

    /** Red without {@code dropped} in Post: its place would stay taken as long as the server likes. */
    @Test
    void aStreamThatGoesOnAfterWhatWasDroppedTakesNoPlace() {
        var connection = limited();
        for (var id = 1; id <= Traffic.AT_ONCE + 10; id++) {
            call(connection, id, "linger", "{\"bytes\":" + (1 << 20) + "}");
            Await.until("it is dropped", () -> !heard.dropped.isEmpty());
            assertThat(heard.dropped.remove()).startsWith(id + ": ");
        }
    }

    /** Red when Post.lacks does not remember why: the caller would hear that the server gave no answer. */
    @Test
    void whatWasDroppedAndDoesNotShowWhoseAnswerItIsEndsItsCallWithTheStream() {
        server.answerAsEvents(true);
        var failure =
                call(limited(), 1, "batch", "{\"bytes\":" + (1 << 20) + "}").failure();
        assertThat(failure.kind()).isEqualTo(Kind.LOST);
        assertThat(failure.why()).contains("more than 1048576 bytes");
    }

    /** Red when Post.hear does not end the message: its place would stay taken as long as the server likes. */
    @Test
    void aStreamThatGoesOnAfterTheAnswerTakesNoPlace() {
        var connection = initialized();
        for (var id = 1; id <= Traffic.AT_ONCE + 10; id++) {
            call(connection, id, "linger", "{}");
            assertThat(heard.nextMessage()).contains("\"id\":" + id);
        }
    }

    @Test
    void aServerThatIsNotThereWasNotReached() {
        var connection = initialized();
        server.close();
        Await.until("refused", () -> {
            var call = FakeOutgoing.call(1, "echo", "{}");
            connection.send(call);
            return call.failure().kind() == Kind.NOT_TAKEN;
        });
        assertThat(connection.alive()).isTrue();
    }

    @Test
    void redirectsToTheSameOriginKeepTheCredential() {
        server.redirect("/moved", 307, "/moved2");
        server.redirect("/moved2", 308, server.url().toString());
        var headers = new FakeHeaders("Bearer a");
        var connection = HttpConnection.start(network, new Remote(server.at("/moved"), headers), heard);
        connection.send(FakeOutgoing.initialize());
        assertThat(heard.nextMessage()).contains("serverInfo");
        assertThat(server.seen()).hasSize(3).allMatch(seen -> seen.authorization() != null);
        Await.until("given back", () -> headers.back.get() == 3);
    }

    @Test
    void redirectsElsewhereDropItAndPrivatePlacesAreRefused() throws Exception {
        try (var other = OddHttpServer.start()) {
            server.redirect("/moved", 307, other.url().toString());
            var headers = new FakeHeaders("Bearer a");
            var refused = FakeOutgoing.initialize();
            HttpConnection.start(network, new Remote(server.at("/moved"), headers), heard)
                    .send(refused);
            assertThat(refused.failure().kind()).isEqualTo(Kind.NOT_TAKEN);
            assertThat(other.count("POST")).isZero();

            try (var open = Network.of(Set.of("127.0.0.1"))) {
                var connection = HttpConnection.start(open, new Remote(server.at("/moved"), headers), heard);
                connection.send(FakeOutgoing.initialize());
                assertThat(heard.nextMessage()).contains("serverInfo");
                call(connection, 1, "echo", "{}");
                Await.until("the call", () -> other.count("tools/call") == 1);
                assertThat(other.seen())
                        .allMatch(seen ->
                                seen.authorization() == null && !seen.headers().containsKey("Mcp-Session-Id"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303})
    void aPostIsNotTurnedIntoAGet(int status) {
        server.redirect("/moved", status, "/mcp?secret=1");
        var first = FakeOutgoing.initialize();
        HttpConnection.start(network, new Remote(server.at("/moved"), Headers.NONE), heard)
                .send(first);
        var failure = first.failure();
        assertThat(failure.kind()).isEqualTo(Kind.NOT_TAKEN);
        assertThat(failure.why()).contains("http://127.0.0.1:" + server.port()).doesNotContain("secret");
    }

    @Test
    void redirectsEnd() {
        server.redirect("/moved", 307, "/moved");
        var first = FakeOutgoing.initialize();
        HttpConnection.start(network, new Remote(server.at("/moved"), Headers.NONE), heard)
                .send(first);
        assertThat(first.failure().why()).contains("more than 3");
        assertThat(server.count("redirected")).isEqualTo(4);
    }

    @Test
    void aNameForThisMachineIsRefusedUnlessItIsNamed() {
        VettedResolver.Lookup lookup = host -> new InetAddress[] {InetAddress.getLoopbackAddress()};
        var url = URI.create("http://rebound.example:" + server.port() + "/mcp");
        try (var strict = new Network(new Vetting(Set.of()), lookup, null)) {
            var first = FakeOutgoing.initialize();
            HttpConnection.start(strict, new Remote(url, Headers.NONE), heard).send(first);
            var failure = first.failure();
            assertThat(failure.kind()).isEqualTo(Kind.NOT_TAKEN);
            assertThat(failure.why()).contains("rebound.example", "private_hosts:");
        }
        try (var named = new Network(new Vetting(Set.of("rebound.example")), lookup, null)) {
            HttpConnection.start(named, new Remote(url, new FakeHeaders("Bearer a")), heard)
                    .send(FakeOutgoing.initialize());
            assertThat(heard.nextMessage()).contains("serverInfo");
        }
        assertThat(server.count("initialize")).isEqualTo(1);
    }

    @Test
    void noCredentialInClearTextToTheInternet() {
        var headers = new FakeHeaders("Bearer a");
        var first = FakeOutgoing.initialize();
        HttpConnection.start(network, new Remote(URI.create("http://example.com/mcp"), headers), heard)
                .send(first);
        var failure = first.failure();
        assertThat(failure.kind()).isEqualTo(Kind.NOT_TAKEN);
        assertThat(failure.why()).contains("without TLS").doesNotContain("Bearer");
        assertThat(headers.back).hasValue(headers.lent.get());
    }

    /** The first server talks nonsense instead of TLS, the second one says nothing at all. */
    @ParameterizedTest
    @ValueSource(
            booleans = {
                true, false, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
                true, true, true, true
            })
    void withoutTlsNothingWasTaken(boolean talks) throws Exception {
        try (var plain = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var hurried =
                        new Network(new Vetting(Set.of()), InetAddress::getAllByName, null, Duration.ofMillis(500))) {
            Thread.ofVirtual().start(() -> talk(plain, talks));
            var url = URI.create("https://127.0.0.1:" + plain.getLocalPort() + "/mcp");
            var headers = new FakeHeaders("Bearer a");
            var first = FakeOutgoing.initialize();
            HttpConnection.start(talks ? network : hurried, new Remote(url, headers), heard)
                    .send(first);
            var failure = first.failure();
            assertThat(failure.kind()).isEqualTo(Kind.NOT_TAKEN);
            assertThat(failure.why()).contains("TLS");
            assertThat(headers.back).hasValue(1);
        }
    }

    private static void talk(ServerSocket plain, boolean talks) {
        var lines = new ArrayList<Socket>();
        try {
            while (true) {
                var line = plain.accept();
                lines.add(line);
                if (talks) {
                    line.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException e) {
            lines.forEach(HttpConnectionTest::hangUp);
        }
    }

    private static void hangUp(Socket line) {
        try {
            line.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void urlsWeDoNotTake() {
        for (var url : new ArrayList<>(Set.of(
                "ftp://example.com/", "/mcp", "http:///mcp", "http://a:b@example.com/", "http://example.com/#a"))) {
            assertThatThrownBy(() -> new Remote(URI.create(url), Headers.NONE)).isInstanceOf(CannotStart.class);
        }
        assertThatThrownBy(() -> HttpConnection.start(
                        network, new Remote(URI.create("http://169.254.169.254/"), Headers.NONE), heard))
                .isInstanceOf(CannotStart.class);
    }
}
