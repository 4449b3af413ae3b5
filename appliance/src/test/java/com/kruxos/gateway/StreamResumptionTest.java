package com.kruxos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.FaultyHttpServer;
import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The GET streams of an agent: how many, what is replayed, and what is not. */
@Timeout(180)
class StreamResumptionTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SUBSCRIBED_URI = "watch://n";
    private static final String END_URI = "watch://end";

    private TestAppliance appliance;
    private FaultyHttpServer server;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        server = FaultyHttpServer.start();
        server.setResources(List.of(SUBSCRIBED_URI, END_URI));
        appliance = TestAppliance.start(folder.resolve("home"));
        var added = appliance.adminClient().post("/servers", "{\"name\":\"far\",\"url\":\"" + server.url() + "\"}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        appliance.awaitState("far", "ready");
        TestAppliance.await(() -> server.openStreamCount() == 1, () -> "the gateway to listen");
    }

    @AfterEach
    void stop() {
        appliance.close();
        server.close();
    }

    /** An agent that is subscribed to what {@link #sendUpdates} changes. */
    private HttpAgent subscriber(String name) {
        var agent = new HttpAgent(appliance.port(), appliance.createAgent(name));
        assertThat(agent.initialize().status()).isEqualTo(200);
        var followed =
                agent.post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/subscribe\",\"params\":{\"uri\":\""
                        + SUBSCRIBED_URI + "\"}}");
        assertThat(followed.json().path("result").isObject()).isTrue();
        return agent;
    }

    /** Sends one notification for each number. */
    private void sendUpdates(int first, int last) {
        IntStream.rangeClosed(first, last).forEach(n -> server.sendUpdated(SUBSCRIBED_URI, SUBSCRIBED_URI + "/" + n));
    }

    /** The next notification of a change; others are skipped. */
    private static HttpAgent.SseEvent nextUpdate(InputStream stream) {
        while (true) {
            var event = HttpAgent.readEvent(stream);
            if (event.data().contains(SUBSCRIBED_URI)) {
                return event;
            }
        }
    }

    private static int number(HttpAgent.SseEvent event) {
        var uri = JSON.readTree(event.data()).path("params").path("uri").asString();
        return Integer.parseInt(uri.substring(SUBSCRIBED_URI.length() + 1));
    }

    private static List<Integer> numbers(InputStream stream, int count) {
        var numbers = new ArrayList<Integer>();
        while (numbers.size() < count) {
            numbers.add(number(nextUpdate(stream)));
        }
        return numbers;
    }

    private static List<Integer> range(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    private static InputStream requireStream(HttpResponse<InputStream> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        return response.body();
    }

    /**
     * Missed messages are replayed. Fails when ResumableStream.attach writes nothing stored, or also what the client
     * has.
     */
    @Test
    void missedMessagesAreReplayedOnceAndInOrder() throws IOException {
        try (var agent = subscriber("back-soon")) {
            HttpAgent.SseEvent third;
            try (var stream = requireStream(agent.openStream(null))) {
                sendUpdates(1, 5);
                assertThat(numbers(stream, 2)).isEqualTo(range(1, 2));
                third = nextUpdate(stream);
                assertThat(numbers(stream, 2)).isEqualTo(range(4, 5));
            }
            sendUpdates(6, 60); // while no client is connected
            try (var stream = requireStream(agent.openStream(third.id()))) {
                assertThat(numbers(stream, 57))
                        .as("what the client had not kept, too")
                        .isEqualTo(range(4, 60));
                sendUpdates(61, 62);
                assertThat(numbers(stream, 1)).isEqualTo(range(61, 61));
                var last = nextUpdate(stream);
                assertThat(number(last)).isEqualTo(62);
                // Resumes before we know that the connection is lost: the old response ends without further events.
                try (var again = requireStream(agent.openStream(last.id()))) {
                    sendUpdates(63, 64);
                    assertThat(numbers(again, 2)).isEqualTo(range(63, 64));
                    requireNoMoreUpdates(stream);
                }
            }
        }
    }

    private static void requireNoMoreUpdates(InputStream stream) throws IOException {
        var rest = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        assertThat(HttpAgent.SseEventParser.parseAll(rest))
                .noneMatch(event -> event.data().contains(SUBSCRIBED_URI));
    }

    /** Fails when ResumableStream.append keeps everything, or loses the newest. */
    @Test
    void onlyTheNewestMessagesAreStored() throws IOException {
        try (var agent = subscriber("away-long");
                var witness = appliance.connectAgent("witness")) {
            witness.request(1, "resources/subscribe", "{\"uri\":\"" + END_URI + "\"}");
            HttpAgent.SseEvent first;
            try (var stream = requireStream(agent.openStream(null))) {
                sendUpdates(1, 1);
                first = nextUpdate(stream);
            }
            sendUpdates(2, 400);
            awaitUpdatesDelivered(witness);
            try (var stream = requireStream(agent.openStream(first.id()))) {
                assertThat(numbers(stream, 256)).isEqualTo(range(145, 400));
            }
            // Each is more than half of a mebibyte.
            server.sendUpdated(SUBSCRIBED_URI, SUBSCRIBED_URI + "/" + "0".repeat(600_000) + "401");
            server.sendUpdated(SUBSCRIBED_URI, SUBSCRIBED_URI + "/" + "0".repeat(600_000) + "402");
            sendUpdates(403, 403);
            awaitUpdatesDelivered(witness);
            try (var stream = requireStream(agent.openStream(first.id()))) {
                assertThat(numbers(stream, 2)).isEqualTo(range(402, 403));
            }
            server.sendUpdated(SUBSCRIBED_URI, SUBSCRIBED_URI + "/" + "0".repeat(1_200_000) + "404");
            awaitUpdatesDelivered(witness);
            try (var stream = requireStream(agent.openStream(first.id()))) {
                assertThat(numbers(stream, 1)).as("whatever its size").isEqualTo(range(404, 404));
            }
        }
    }

    /** Returns when all earlier notifications are delivered or stored. */
    private void awaitUpdatesDelivered(WebSocketAgent witness) {
        server.sendUpdated(END_URI, END_URI);
        witness.awaitMessage(text -> text.contains(END_URI));
    }

    /**
     * Fails when McpHttpSession.openGetStream takes an invalid id for the first stream, or finds streams of another
     * session.
     */
    @Test
    void anUnknownEventIdOpensANewStream() throws IOException {
        try (var other = subscriber("other")) {
            HttpAgent.SseEvent theirs;
            try (var stream = openSixthStream(other)) {
                sendUpdates(1, 2);
                theirs = nextUpdate(stream);
            }
            var guessed = new ArrayList<String>();
            for (var id : List.of("99_1", theirs.id(), "nonsense", "1", "_", "-1_1", "1_-1", "9".repeat(30) + "_1")) {
                guessed.add(id);
                try (var agent = subscriber("guesser-" + guessed.size());
                        var own = requireStream(agent.openStream(null));
                        var stream = requireStream(agent.openStream(id))) {
                    assertThat(own).isNotNull();
                    assertThat(HttpAgent.readBlock(stream)).as(id).matches("id: \\d+_1\nretry: 1000\ndata: \n\n");
                    sendUpdates(3, 3);
                    assertThat(numbers(stream, 1)).as(id).isEqualTo(range(3, 3));
                }
            }
        }
    }

    /** A stream with a number that a new session has not reached. */
    private static InputStream openSixthStream(HttpAgent agent) {
        for (var n = 0; n < 5; n++) {
            var answered = agent.post(
                    "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}",
                    builder -> builder.setHeader("Accept", "text/event-stream"));
            assertThat(answered.isEventStream()).isTrue();
        }
        return requireStream(agent.openStream(null));
    }

    /** Fails when streams of all sessions are searched. */
    @Test
    void anotherAgentsResponseIsNotReplayed() throws IOException {
        try (var agent = subscriber("thief");
                var other = subscriber("victim")) {
            openSixthStream(other).close();
            var slow = other.send(builder -> builder.setHeader("Content-Type", "application/json")
                    .setHeader("Accept", "text/event-stream")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            HttpAgent.request(9, "far__slow", "{\"ms\":60000,\"n\":\"private\"}"))));
            var prime = HttpAgent.readBlock(requireStream(slow));
            var id = prime.substring(4, prime.indexOf('\n'));
            slow.body().close();
            TestAppliance.await(() -> server.count("call:slow") == 1, () -> "the call to be under way");
            try (var stolen = requireStream(agent.openStream(id));
                    var resumed = requireStream(other.openStream(id))) {
                sendUpdates(1, 1);
                assertThat(numbers(stolen, 1)).as("only what is its own").isEqualTo(range(1, 1));
                other.post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":9}}");
                requireNoMoreUpdates(resumed); // the stream of its owner
            }
        }
    }

    /** Fails without the comparison with MAX_GET_STREAMS in McpHttpSession.openGetStream. */
    @Test
    void aFifthStreamEndsTheOldestAndTheNewestGetsTheMessages() throws IOException {
        try (var agent = subscriber("listens")) {
            var streams = new ArrayList<InputStream>();
            for (var n = 0; n < 5; n++) {
                streams.add(requireStream(agent.openStream(null)));
            }
            requireNoMoreUpdates(streams.removeFirst());
            sendUpdates(1, 2);
            var newest = streams.removeLast();
            assertThat(numbers(newest, 1)).isEqualTo(range(1, 1));
            var second = nextUpdate(newest);
            // Resuming a stream opens no further one.
            var again = requireStream(agent.openStream(second.id()));
            streams.add(again);
            sendUpdates(3, 3);
            assertThat(numbers(again, 1)).isEqualTo(range(3, 3));
            requireNoMoreUpdates(newest);
            // Each message was sent on one stream only: the others have only their first event.
            assertThat(agent.delete().status()).isEqualTo(204);
            for (var stream : streams) {
                requireNoMoreUpdates(stream);
            }
        }
    }

    /** Fails when StreamableHttp.handleGet ignores Accept, or PostExchange starts with JSON whatever is accepted. */
    @Test
    void theResponseFormatFollowsTheAcceptHeader() throws IOException {
        try (var agent = new HttpAgent(appliance.port(), appliance.createAgent("choosy"))) {
            var hello = agent.post(
                    "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"raw\",\"version\":\"1\"}}}",
                    builder -> builder.setHeader("Accept", "text/event-stream"));
            assertThat(hello.status()).isEqualTo(200);
            assertThat(hello.isEventStream()).isTrue();
            assertThat(hello.json()
                            .path("result")
                            .path("serverInfo")
                            .path("name")
                            .asString())
                    .isEqualTo("kruxos");
            agent.session(
                    hello.response().headers().firstValue("Mcp-Session-Id").orElseThrow());
            var call = agent.post(
                    HttpAgent.request(5, "far__count", "{}"),
                    builder -> builder.setHeader("Accept", "text/event-stream"));
            assertThat(call.isEventStream()).isTrue();
            assertThat(call.messages()).hasSize(1);
            assertThat(call.body()).as("with an id to come back by").contains("id: ");
            assertThat(call.json().path("id").asInt()).isEqualTo(5);
            var told = agent.post(
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
                    builder -> builder.setHeader("Accept", "text/event-stream"));
            assertThat(told.status()).isEqualTo(202);
            var plain = agent.post(
                    HttpAgent.request(6, "far__progress", "{}"),
                    builder -> builder.setHeader("Accept", "application/json"));
            assertThat(plain.contentType()).isEqualTo("application/json");

            for (var accept : List.of("application/json", "image/png", "text/html, application/*")) {
                var refused = agent.send(
                        builder -> builder.setHeader("Accept", accept).GET());
                assertThat(refused.statusCode()).as(accept).isEqualTo(406);
                try (var body = refused.body()) {
                    assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8))
                            .contains("Accept: text/event-stream");
                }
            }
            for (var accept : List.of("*/*", "text/*", "application/json, Text/Event-Stream;q=0.5")) {
                requireStream(agent.send(
                                builder -> builder.setHeader("Accept", accept).GET()))
                        .close();
            }
        }
    }
}
