package com.kruxos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.HttpAgent;
import com.kruxos.peers.OddHttpServer;
import com.kruxos.peers.RawAgent;
import com.kruxos.peers.Trial;
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

/** The streams on which an agent listens over HTTP: how many, what it missed, and what it may not have. */
@Timeout(180)
class ResumptionTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String WATCHED = "watch://n";
    private static final String END = "watch://end";

    private Trial trial;
    private OddHttpServer far;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        far = OddHttpServer.start();
        far.resources(List.of(WATCHED, END));
        trial = Trial.start(folder.resolve("home"));
        var added = trial.api().post("/servers", "{\"name\":\"far\",\"url\":\"" + far.url() + "\"}");
        assertThat(added.status()).as(added.body()).isEqualTo(201);
        trial.awaitState("far", "ready");
        Trial.await(() -> far.listeners() == 1, () -> "the gateway to listen");
    }

    @AfterEach
    void stop() {
        trial.close();
        far.close();
    }

    /** An agent that follows what {@link #say} changes. */
    private HttpAgent follower(String name) {
        var agent = new HttpAgent(trial.port(), trial.agent(name));
        assertThat(agent.hello().status()).isEqualTo(200);
        var followed =
                agent.post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/subscribe\",\"params\":{\"uri\":\""
                        + WATCHED + "\"}}");
        assertThat(followed.json().path("result").isObject()).isTrue();
        return agent;
    }

    /** Something the agent is told, by a number from which on it is another each time. */
    private void say(int first, int last) {
        IntStream.rangeClosed(first, last).forEach(n -> far.changed(WATCHED, WATCHED + "/" + n));
    }

    /** The next that was said; what else comes is passed over. */
    private static HttpAgent.Event heard(InputStream stream) {
        while (true) {
            var event = HttpAgent.event(stream);
            if (event.data().contains(WATCHED)) {
                return event;
            }
        }
    }

    private static int number(HttpAgent.Event event) {
        var uri = JSON.readTree(event.data()).path("params").path("uri").asString();
        return Integer.parseInt(uri.substring(WATCHED.length() + 1));
    }

    private static List<Integer> numbers(InputStream stream, int count) {
        var numbers = new ArrayList<Integer>();
        while (numbers.size() < count) {
            numbers.add(number(heard(stream)));
        }
        return numbers;
    }

    private static List<Integer> from(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    private static InputStream opened(HttpResponse<InputStream> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        return response.body();
    }

    /** Row F18: red when EventStream.attach writes nothing of what was kept, or also what the client has. */
    @Test
    void whatWasMissedComesOnceAndInOrder() throws IOException {
        try (var agent = follower("back-soon")) {
            HttpAgent.Event third;
            try (var stream = opened(agent.listen(null))) {
                say(1, 5);
                assertThat(numbers(stream, 2)).isEqualTo(from(1, 2));
                third = heard(stream);
                assertThat(numbers(stream, 2)).isEqualTo(from(4, 5));
            }
            say(6, 60); // while nobody reads
            try (var stream = opened(agent.listen(third.id()))) {
                assertThat(numbers(stream, 57))
                        .as("what the client had not kept, too")
                        .isEqualTo(from(4, 60));
                say(61, 62);
                assertThat(numbers(stream, 1)).isEqualTo(from(61, 61));
                var last = heard(stream);
                assertThat(number(last)).isEqualTo(62);
                // Comes back while we do not know that it was away: the old connection ends, and has nothing more.
                try (var again = opened(agent.listen(last.id()))) {
                    say(63, 64);
                    assertThat(numbers(again, 2)).isEqualTo(from(63, 64));
                    endsWithNothingMore(stream);
                }
            }
        }
    }

    private static void endsWithNothingMore(InputStream stream) throws IOException {
        var rest = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        assertThat(HttpAgent.Events.of(rest)).noneMatch(event -> event.data().contains(WATCHED));
    }

    /** Red when EventStream.put keeps everything, or loses the newest. */
    @Test
    void ofTooMuchTheNewestIsKept() throws IOException {
        try (var agent = follower("away-long");
                var witness = trial.connected("witness")) {
            witness.ask(1, "resources/subscribe", "{\"uri\":\"" + END + "\"}");
            HttpAgent.Event first;
            try (var stream = opened(agent.listen(null))) {
                say(1, 1);
                first = heard(stream);
            }
            say(2, 400);
            allSaid(witness);
            try (var stream = opened(agent.listen(first.id()))) {
                assertThat(numbers(stream, 256)).isEqualTo(from(145, 400));
            }
            // Of a mebibyte each of these is more than a half.
            far.changed(WATCHED, WATCHED + "/" + "0".repeat(600_000) + "401");
            far.changed(WATCHED, WATCHED + "/" + "0".repeat(600_000) + "402");
            say(403, 403);
            allSaid(witness);
            try (var stream = opened(agent.listen(first.id()))) {
                assertThat(numbers(stream, 2)).isEqualTo(from(402, 403));
            }
            far.changed(WATCHED, WATCHED + "/" + "0".repeat(1_200_000) + "404");
            allSaid(witness);
            try (var stream = opened(agent.listen(first.id()))) {
                assertThat(numbers(stream, 1)).as("whatever its size").isEqualTo(from(404, 404));
            }
        }
    }

    /** What was said before this has come to everybody who follows it, or is kept. */
    private void allSaid(RawAgent witness) {
        far.changed(END, END);
        witness.next(text -> text.contains(END));
    }

    /**
     * Red when HttpTalk.listen takes what it cannot read for the first stream, and when streams are not the talk's own.
     */
    @Test
    void anIdThatNamesNothingHereBeginsANewStream() throws IOException {
        try (var other = follower("other")) {
            HttpAgent.Event theirs;
            try (var stream = sixth(other)) {
                say(1, 2);
                theirs = heard(stream);
            }
            var guessed = new ArrayList<String>();
            for (var id : List.of("99_1", theirs.id(), "nonsense", "1", "_", "-1_1", "1_-1", "9".repeat(30) + "_1")) {
                guessed.add(id);
                try (var agent = follower("guesser-" + guessed.size());
                        var own = opened(agent.listen(null));
                        var stream = opened(agent.listen(id))) {
                    assertThat(own).isNotNull();
                    assertThat(HttpAgent.block(stream)).as(id).matches("id: \\d+_1\nretry: 1000\ndata: \n\n");
                    say(3, 3);
                    assertThat(numbers(stream, 1)).as(id).isEqualTo(from(3, 3));
                }
            }
        }
    }

    /** A stream with a number that whoever has only just come has not reached. */
    private static InputStream sixth(HttpAgent agent) {
        for (var n = 0; n < 5; n++) {
            var answered = agent.post(
                    "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}",
                    builder -> builder.setHeader("Accept", "text/event-stream"));
            assertThat(answered.events()).isTrue();
        }
        return opened(agent.listen(null));
    }

    /** Red when streams are looked for among those of all sessions. */
    @Test
    void theAnswerToAnotherAgentsRequestIsNotHandedOut() throws IOException {
        try (var agent = follower("thief");
                var other = follower("victim")) {
            sixth(other).close();
            var slow = other.send(builder -> builder.setHeader("Content-Type", "application/json")
                    .setHeader("Accept", "text/event-stream")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            HttpAgent.request(9, "far__slow", "{\"ms\":60000,\"n\":\"private\"}"))));
            var prime = HttpAgent.block(opened(slow));
            var id = prime.substring(4, prime.indexOf('\n'));
            slow.body().close();
            Trial.await(() -> far.count("call:slow") == 1, () -> "the call to be under way");
            try (var stolen = opened(agent.listen(id));
                    var resumed = opened(other.listen(id))) {
                say(1, 1);
                assertThat(numbers(stolen, 1)).as("only what is its own").isEqualTo(from(1, 1));
                other.post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":9}}");
                endsWithNothingMore(resumed); // the owner's own
            }
        }
    }

    /** Red without the comparison with MOST_LISTENING in HttpTalk.listen. */
    @Test
    void fourMayBeOpenAFifthEndsTheOldestAndTheNewestGetsTheMessages() throws IOException {
        try (var agent = follower("listens")) {
            var streams = new ArrayList<InputStream>();
            for (var n = 0; n < 5; n++) {
                streams.add(opened(agent.listen(null)));
            }
            endsWithNothingMore(streams.removeFirst());
            say(1, 2);
            var newest = streams.removeLast();
            assertThat(numbers(newest, 1)).isEqualTo(from(1, 1));
            var second = heard(newest);
            // To take one up again is not to open another.
            var again = opened(agent.listen(second.id()));
            streams.add(again);
            say(3, 3);
            assertThat(numbers(again, 1)).isEqualTo(from(3, 3));
            endsWithNothingMore(newest);
            // Each message went to one of them only: the others have nothing but their beginning, and then end.
            assertThat(agent.delete().status()).isEqualTo(204);
            for (var stream : streams) {
                endsWithNothingMore(stream);
            }
        }
    }

    /** Red when StreamableHttp.listen does not look at Accept, or Post begins with JSON whatever is accepted. */
    @Test
    void whatTheClientAcceptsIsWhatItGets() throws IOException {
        try (var agent = new HttpAgent(trial.port(), trial.agent("choosy"))) {
            var hello = agent.post(
                    "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"raw\",\"version\":\"1\"}}}",
                    builder -> builder.setHeader("Accept", "text/event-stream"));
            assertThat(hello.status()).isEqualTo(200);
            assertThat(hello.events()).isTrue();
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
            assertThat(call.events()).isTrue();
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
            assertThat(plain.type()).isEqualTo("application/json");

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
                opened(agent.send(builder -> builder.setHeader("Accept", accept).GET()))
                        .close();
            }
        }
    }
}
