package com.kruxos.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.MessageLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SseParserTest {
    /** Strings hold one byte per character. */
    record SseVector(
            String name,
            String input,
            List<String> expectedEvents,
            @Nullable String expectedLastId,
            @Nullable Long expectedRetryMillis) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<SseVector> vectors() throws IOException {
        try (var in = Objects.requireNonNull(SseParserTest.class.getResourceAsStream("sse.txt"))) {
            var blocks = new String(in.readAllBytes(), UTF_8).split("\n\n");
            return Stream.of(blocks).skip(1).map(SseParserTest::parseVector);
        }
    }

    private static SseVector parseVector(String block) {
        var lines = block.strip().split("\n", -1);
        var in = new StringBuilder();
        var out = new ArrayList<String>();
        String id = null;
        Long wait = null;
        for (var line : List.of(lines).subList(1, lines.length)) {
            var space = line.indexOf(' ');
            var value = space < 0 ? "" : line.substring(space + 1);
            switch (space < 0 ? line : line.substring(0, space)) {
                case "in" -> in.append(unescape(value));
                case "out" -> out.add(unescape(value));
                case "id" -> id = value;
                case "wait" -> wait = Long.valueOf(value);
                default -> throw new AssertionError("unknown line in a vector: " + line);
            }
        }
        return new SseVector(lines[0], in.toString(), out, id, wait);
    }

    private static String unescape(String text) {
        var bytes = new StringBuilder();
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c != '\\') {
                bytes.append(c);
                continue;
            }
            switch (text.charAt(++i)) {
                case 'n' -> bytes.append('\n');
                case 'r' -> bytes.append('\r');
                case 't' -> bytes.append('\t');
                case '\\' -> bytes.append('\\');
                case 'x' -> {
                    bytes.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> throw new AssertionError("unknown escape in " + text);
            }
        }
        return bytes.toString();
    }

    private static final String TOO_LONG = "the server sent a message of more than 10 bytes";

    private final List<String> events = new ArrayList<>();

    private SseParser parser(int maxBytes) {
        return new SseParser(
                MessageLimits.of(maxBytes),
                (name, data) -> events.add(name + "|" + new String(data, ISO_8859_1)),
                oversized -> events.add(oversized.reason()));
    }

    private static boolean feed(SseParser parser, String chunk) {
        return parser.feed(ByteBuffer.wrap(chunk.getBytes(ISO_8859_1)));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void parsesAVectorInOnePiece(SseVector vector) {
        var parser = parser(1_000);
        assertThat(feed(parser, vector.input())).isTrue();
        assertMatches(vector, parser);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void parsesAVectorCutAtAnyByte(SseVector vector) {
        for (var cut = 0; cut <= vector.input().length(); cut++) {
            events.clear();
            var parser = parser(1_000);
            assertThat(feed(parser, vector.input().substring(0, cut))).isTrue();
            assertThat(feed(parser, vector.input().substring(cut))).isTrue();
            assertMatches(vector, parser);
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void parsesAVectorByteByByte(SseVector vector) {
        var parser = parser(1_000);
        for (var i = 0; i < vector.input().length(); i++) {
            assertThat(feed(parser, vector.input().substring(i, i + 1))).isTrue();
        }
        assertMatches(vector, parser);
    }

    private void assertMatches(SseVector vector, SseParser parser) {
        assertThat(events).isEqualTo(vector.expectedEvents());
        assertThat(parser.lastId()).isEqualTo(vector.expectedLastId());
        assertThat(parser.retryMillis()).isEqualTo(vector.expectedRetryMillis());
    }

    @Test
    void anEventOfExactlyTheLimitIsDelivered() {
        assertThat(feed(parser(10), "data: 0123456789\n\n")).isTrue();
        assertThat(events).containsExactly("message|0123456789");
    }

    /** Fails when {@code BoundedBuffer.add} ignores its limit. */
    @Test
    void anOversizedEventIsDroppedAndTheNextIsDelivered() {
        var parser = parser(10);
        assertThat(feed(parser, "id: 1\ndata: 0123456789a\n\ndata: b\n\n")).isTrue();
        assertThat(events).containsExactly(TOO_LONG, "message|b");
        assertThat(parser.lastId()).isEqualTo("1");
    }

    @Test
    void theLimitAppliesToAllDataLinesOfAnEvent() {
        var parser = parser(10);
        assertThat(feed(parser, "data: 01234\ndata: 56789\n\n")).isTrue();
        assertThat(feed(parser, "data\n".repeat(12) + "\n")).isTrue();
        assertThat(feed(parser, "data: c\n\n")).isTrue();
        assertThat(events).containsExactly(TOO_LONG, TOO_LONG, "message|c");
    }

    /** Fails without the check of {@code isUnbounded} in {@code SseParser.appendData}. */
    @Test
    void anUnboundedEventStopsTheParser() {
        var parser = parser(10);
        assertThat(feed(parser, "id: 7\ndata: " + "x".repeat(160))).isTrue();
        assertThat(parser.lastId()).isNull();
        assertThat(feed(parser, "x")).isFalse();
        assertThat(parser.lastId())
                .as("resuming before the event would repeat it")
                .isEqualTo("7");
        assertThat(events).isEmpty();
    }

    /** Fails without {@code message.add} in {@code SseParser.appendData}, and when the data before it is missing. */
    @Test
    void aDroppedEventShowsTheIdItAnswers() {
        var dropped = new ArrayList<@Nullable JsonRpcId>();
        var parser = new SseParser(
                MessageLimits.of(64),
                (name, data) -> events.add(name),
                oversized -> dropped.add(oversized.answeredId()));
        feed(parser, "data: {\"jsonrpc\":\"2.0\",\"id\":12,\"result\":{\"a\":\"" + "x".repeat(600) + "\"}}\n\n");
        feed(
                parser,
                "data: {\"result\":{\"a\":\"" + "x".repeat(600) + "\"},\ndata: \"jsonrpc\":\"2.0\",\"id\":13}\n\n");
        assertThat(dropped).containsExactly(JsonRpcId.of(12), JsonRpcId.of(13));
        assertThat(events).isEmpty();
    }

    @Test
    void theLimitAppliesPerEvent() {
        var parser = parser(10);
        for (var i = 0; i < 100; i++) {
            assertThat(feed(parser, "data: 0123456789\n\n")).isTrue();
        }
        assertThat(events).hasSize(100);
    }

    /** Only data is kept. */
    @Test
    void unboundedCommentsNamesAndIdsAreNotKept() {
        var parser = parser(10);
        var endless = "x".repeat(1 << 20);
        for (var start : List.of(":", "data", "event: ", "id: ", "retry: 1")) {
            assertThat(feed(parser, start)).isTrue();
            for (var i = 0; i < 20; i++) {
                assertThat(feed(parser, endless)).isTrue();
            }
            assertThat(feed(parser, "\n")).isTrue();
        }
        assertThat(feed(parser, "data: a\n\n")).isTrue();
        assertThat(events).containsExactly("?|a");
        assertThat(parser.lastId()).isNull();
        assertThat(parser.retryMillis()).isNull();
    }

    @Test
    void directBuffersAreRead() {
        var buffer = ByteBuffer.allocateDirect(100);
        buffer.put("data: a\n\n".getBytes(US_ASCII)).flip();
        assertThat(parser(10).feed(buffer)).isTrue();
        assertThat(events).containsExactly("message|a");
        assertThat(buffer.hasRemaining()).isFalse();
    }
}
