package com.kruxos.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bytes are a valid message, and the spans of its members. */
class JsonRpcReaderTest {
    @Test
    void aRequestIsReadWithTheSpansOfItsMembers() {
        var text =
                "{ \"jsonrpc\":\"2.0\", \"id\" : 7 ,\"method\":\"tools/call\",\"params\":{\"_meta\":{\"x\":1,\"progressToken\":\"p\"},"
                        + "\"name\":\"a__b\",\"arguments\":{\"n\":9007199254740993,\"deep\":[{\"name\":\"not this\"}]}},\"unknown\":[1]}";
        var request = (Message.Request) readAgent(text);

        assertThat(request.id()).isEqualTo(JsonRpcId.of(7));
        assertThat(request.method()).isEqualTo("tools/call");
        assertThat(request.params().name()).isEqualTo("a__b");
        assertThat(request.params().progressToken()).isEqualTo(new JsonRpcId("p", true, "\"p\""));
        assertThat(textAt(text, request.params().argumentsSpan()))
                .isEqualTo("{\"n\":9007199254740993,\"deep\":[{\"name\":\"not this\"}]}");
    }

    @Test
    void aSpliceReplacesOnlyTheGivenValues() {
        var text =
                "{\"jsonrpc\":\"2.0\",\"id\":\"é\\u0041\",\"method\":\"tools/call\",\"params\":{\"name\":\"x\",\"arguments\":{\"n\":1e400}},\"own\":true}";
        var request = (Message.Request) readAgent(text);

        var outward = new Splice(request.raw().bytes())
                .replace(request.raw().idSpan(), JsonRpcId.of(12))
                .replace(request.params().nameSpan(), JsonRpcWriter.quoteToBytes("y\"z"))
                .toByteArray();

        assertThat(new String(outward, StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"jsonrpc\":\"2.0\",\"id\":12,\"method\":\"tools/call\",\"params\":{\"name\":\"y\\\"z\",\"arguments\":{\"n\":1e400}},\"own\":true}");
    }

    /** Ids of different types are different ids. */
    @Test
    void aStringIdNeverEqualsAnIntegerId() {
        assertThat(((Message.Request) readAgent("{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"ping\"}")).id())
                .isNotEqualTo(((Message.Request) readAgent("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}")).id());
    }

    /** Ids are not normalized. */
    @Test
    void anIdIsReturnedByteForByte() {
        var request = (Message.Request) readAgent("{\"jsonrpc\":\"2.0\",\"id\":\"\\u0041\",\"method\":\"ping\"}");
        assertThat(request.id().text()).isEqualTo("A");
        assertThat(new String(JsonRpcWriter.result(request.id(), "{}"), StandardCharsets.UTF_8))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"\\u0041\",\"result\":{}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"m\\u0065thod\":\"tools/call\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"a\",\"n\\u0061me\":\"b\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"a\",\"arguments\":{\"x\":1,\"x\":2}}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{},\"params\":{\"name\":\"b\"}}"
            })
    void duplicateMembersAreRejected(String text) {
        assertThat(readAgent(text)).isInstanceOf(Message.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "nonsense",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} {}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}x",
                "\uFEFF{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\nb\"}"
            })
    void invalidJsonIsAParseError(String text) {
        assertThat(readAgent(text))
                .isInstanceOfSatisfying(
                        Message.Malformed.class,
                        fault -> assertThat(fault.code()).isEqualTo(JsonRpcErrors.PARSE_ERROR));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
                "1",
                "{}",
                "{\"id\":1,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}",
                "{\"jsonrpc\":2.0,\"id\":1,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"result\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1}"
            })
    void jsonThatIsNotAMessageIsAnInvalidRequest(String text) {
        assertThat(readAgent(text))
                .isInstanceOfSatisfying(
                        Message.Malformed.class,
                        fault -> assertThat(fault.code()).isEqualTo(JsonRpcErrors.INVALID_REQUEST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"x\"", "1", "null", "{\"_meta\":{\"progressToken\":{}}}"})
    void paramsOfTheWrongTypeAreInvalidParams(String params) {
        var read = readAgent("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":" + params + "}");
        assertThat(read).isInstanceOfSatisfying(Message.Malformed.class, fault -> {
            assertThat(fault.code()).isEqualTo(JsonRpcErrors.INVALID_PARAMS);
            assertThat(fault.id()).isEqualTo(JsonRpcId.of(1));
        });
    }

    @Test
    void invalidUtf8IsAParseError() {
        var frame = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"pin?\"}".getBytes(StandardCharsets.UTF_8);
        frame[frame.length - 3] = (byte) 0xC0;
        assertThat(JsonRpcReader.readFromAgent(frame)).isInstanceOf(Message.Malformed.class);
        assertThat(JsonRpcReader.readFromServer(frame)).isInstanceOf(Message.Malformed.class);
    }

    @Test
    void deeplyNestedMessagesAreRejectedWithoutStackOverflow() {
        var deep = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":" + "[".repeat(100_000)
                + "]".repeat(100_000) + "}}";
        assertThat(readAgent(deep)).isInstanceOf(Message.Malformed.class);
    }

    @Test
    void errorReasonsNeverQuoteTheMessage() {
        var fault = (Message.Malformed) readAgent("{\"jsonrpc\":\"2.0\",\"hunter2secret\":1,\"hunter2secret\":2}");
        assertThat(fault.reason()).doesNotContain("hunter2");
        fault = (Message.Malformed) readAgent("{\"jsonrpc\":\"2.0\",\"id\":hunter2secret}");
        assertThat(fault.reason()).doesNotContain("hunter2");
    }

    @Test
    void duplicateMembersInAServerResultAreAccepted() {
        var text = "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"a\":1,\"a\":2}}";
        var reply = (Message.Reply) JsonRpcReader.readFromServer(text.getBytes(StandardCharsets.UTF_8));
        assertThat(reply.id()).isEqualTo(JsonRpcId.of(3));
        assertThat(textAt(text, reply.raw().payloadSpan())).isEqualTo("{\"a\":1,\"a\":2}");
    }

    @Test
    void duplicateEnvelopeMembersFromAServerAreRejected() {
        for (var text : new String[] {
            "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{},\"error\":{}}",
            "{\"jsonrpc\":\"2.0\",\"id\":3,\"id\":4,\"result\":{}}"
        }) {
            assertThat(JsonRpcReader.readFromServer(text.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(Message.Malformed.class);
        }
    }

    @Test
    void theNameIsTheTargetOfAToolCallWithAUri() {
        var request = (Message.Request)
                readAgent(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"uri\":\"harmless\",\"name\":\"delete\"}}");
        assertThat(request.params().name()).isEqualTo("delete");
    }

    @Test
    void aCompletionRefIsAPromptOrAResource() {
        var prompt = "{\"name\":\"a__b\",\"title\":{\"uri\":\"x\"},\"type\":\"ref\\/prompt\"}";
        assertThat(ref(prompt)).isNotNull().satisfies(ref -> {
            assertThat(ref.kind()).isEqualTo(FeatureKind.PROMPT);
            assertThat(ref.target()).isEqualTo("a__b");
            assertThat(textAt(completion(prompt), ref.targetSpan())).isEqualTo("\"a__b\"");
        });
        var resource = "{\"type\":\"ref/resource\",\"own\":[1,{\"name\":\"x\"}],\"uri\":\"a:{b}\"}";
        assertThat(ref(resource)).isNotNull().satisfies(ref -> {
            assertThat(ref.kind()).isEqualTo(FeatureKind.TEMPLATE);
            assertThat(ref.target()).isEqualTo("a:{b}");
            assertThat(textAt(completion(resource), ref.targetSpan())).isEqualTo("\"a:{b}\"");
        });
    }

    /**
     * Fails when JsonRpcReader.readRef ignores the type, or takes one of two members: a server may take the other one.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"ref/resource\",\"name\":\"p\",\"uri\":\"u\"}",
                "{\"type\":\"ref/prompt\",\"name\":\"p\",\"uri\":\"u\"}",
                "{\"type\":\"ref/resource\",\"name\":null,\"uri\":\"u\"}",
                "{\"type\":\"ref/prompt\",\"name\":\"p\",\"uri\":{}}",
                "{\"type\":\"ref/prompt\",\"uri\":\"u\"}",
                "{\"type\":\"ref/resource\",\"name\":\"p\"}",
                "{\"type\":\"ref/prompt\",\"name\":7}",
                "{\"type\":\"ref/resource\",\"uri\":[\"u\"]}",
                "{\"type\":\"ref/tool\",\"name\":\"p\"}",
                "{\"type\":[\"ref/prompt\"],\"name\":\"p\"}",
                "{\"name\":\"p\"}",
                "{\"uri\":\"u\"}",
                "{}",
                "[]",
                "\"p\""
            })
    void anAmbiguousCompletionRefIsIgnored(String ref) {
        assertThat(ref(ref)).isNull();
    }

    private static Params.@Nullable CompletionRef ref(String ref) {
        return ((Message.Request) readAgent(completion(ref))).params().ref();
    }

    private static String completion(String ref) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"completion/complete\",\"params\":{\"ref\":" + ref
                + ",\"argument\":{\"name\":\"a\",\"value\":\"v\"}}}";
    }

    private static Message readAgent(String text) {
        return JsonRpcReader.readFromAgent(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String textAt(String text, @Nullable ByteRange at) {
        if (at == null) {
            return "nowhere";
        }
        return new String(text.getBytes(StandardCharsets.UTF_8), at.from(), at.length(), StandardCharsets.UTF_8);
    }
}
