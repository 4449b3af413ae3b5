package com.kruxos.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What we accept as a message, and where its pieces stand. */
class CodecTest {
    @Test
    void readsARequestAndWhereItsPiecesStand() {
        var text =
                "{ \"jsonrpc\":\"2.0\", \"id\" : 7 ,\"method\":\"tools/call\",\"params\":{\"_meta\":{\"x\":1,\"progressToken\":\"p\"},"
                        + "\"name\":\"a__b\",\"arguments\":{\"n\":9007199254740993,\"deep\":[{\"name\":\"not this\"}]}},\"unknown\":[1]}";
        var request = (Message.Request) agent(text);

        assertThat(request.id()).isEqualTo(Id.of(7));
        assertThat(request.method()).isEqualTo("tools/call");
        assertThat(request.params().name()).isEqualTo("a__b");
        assertThat(request.params().progressToken()).isEqualTo(new Id("p", true, "\"p\""));
        assertThat(piece(text, request.params().arguments()))
                .isEqualTo("{\"n\":9007199254740993,\"deep\":[{\"name\":\"not this\"}]}");
    }

    @Test
    void exchangesOnlyWhatItIsToldTo() {
        var text =
                "{\"jsonrpc\":\"2.0\",\"id\":\"é\\u0041\",\"method\":\"tools/call\",\"params\":{\"name\":\"x\",\"arguments\":{\"n\":1e400}},\"own\":true}";
        var request = (Message.Request) agent(text);

        var outward = new Splice(request.frame().bytes())
                .put(request.frame().id(), Id.of(12))
                .put(request.params().nameAt(), Replies.quotedBytes("y\"z"))
                .bytes();

        assertThat(new String(outward, StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"jsonrpc\":\"2.0\",\"id\":12,\"method\":\"tools/call\",\"params\":{\"name\":\"y\\\"z\",\"arguments\":{\"n\":1e400}},\"own\":true}");
    }

    /** Row F19. */
    @Test
    void aStringIdIsNeverAnIntegerId() {
        assertThat(((Message.Request) agent("{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"ping\"}")).id())
                .isNotEqualTo(((Message.Request) agent("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}")).id());
    }

    /** Row F19. */
    @Test
    void anIdGoesBackLetterForLetter() {
        var request = (Message.Request) agent("{\"jsonrpc\":\"2.0\",\"id\":\"\\u0041\",\"method\":\"ping\"}");
        assertThat(request.id().text()).isEqualTo("A");
        assertThat(new String(Replies.result(request.id(), "{}"), StandardCharsets.UTF_8))
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
    void refusesANameTwice(String text) {
        assertThat(agent(text)).isInstanceOf(Message.Malformed.class);
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
    void whatIsNoJsonIsAParseError(String text) {
        assertThat(agent(text))
                .isInstanceOfSatisfying(
                        Message.Malformed.class,
                        fault -> assertThat(fault.code()).isEqualTo(Errors.PARSE));
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
    void whatIsNoRequestIsAnInvalidRequest(String text) {
        assertThat(agent(text))
                .isInstanceOfSatisfying(
                        Message.Malformed.class,
                        fault -> assertThat(fault.code()).isEqualTo(Errors.INVALID_REQUEST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"x\"", "1", "null", "{\"_meta\":{\"progressToken\":{}}}"})
    void paramsOfTheWrongKindAreInvalidParams(String params) {
        var read = agent("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":" + params + "}");
        assertThat(read).isInstanceOfSatisfying(Message.Malformed.class, fault -> {
            assertThat(fault.code()).isEqualTo(Errors.INVALID_PARAMS);
            assertThat(fault.id()).isEqualTo(Id.of(1));
        });
    }

    @Test
    void brokenUtf8IsAParseError() {
        var frame = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"pin?\"}".getBytes(StandardCharsets.UTF_8);
        frame[frame.length - 3] = (byte) 0xC0;
        assertThat(Codec.fromAgent(frame)).isInstanceOf(Message.Malformed.class);
        assertThat(Codec.fromServer(frame)).isInstanceOf(Message.Malformed.class);
    }

    @Test
    void aDeepMessageIsRefusedAndDoesNotOverflow() {
        var deep = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":" + "[".repeat(100_000)
                + "]".repeat(100_000) + "}}";
        assertThat(agent(deep)).isInstanceOf(Message.Malformed.class);
    }

    @Test
    void theFaultNeverQuotesTheMessage() {
        var fault = (Message.Malformed) agent("{\"jsonrpc\":\"2.0\",\"hunter2secret\":1,\"hunter2secret\":2}");
        assertThat(fault.reason()).doesNotContain("hunter2");
        fault = (Message.Malformed) agent("{\"jsonrpc\":\"2.0\",\"id\":hunter2secret}");
        assertThat(fault.reason()).doesNotContain("hunter2");
    }

    @Test
    void whatAServerSaysInItsResultIsNotJudged() {
        var text = "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"a\":1,\"a\":2}}";
        var reply = (Message.Reply) Codec.fromServer(text.getBytes(StandardCharsets.UTF_8));
        assertThat(reply.id()).isEqualTo(Id.of(3));
        assertThat(piece(text, reply.frame().payload())).isEqualTo("{\"a\":1,\"a\":2}");
    }

    @Test
    void aServerMayNotAnswerTwiceInOneMessage() {
        for (var text : new String[] {
            "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{},\"error\":{}}",
            "{\"jsonrpc\":\"2.0\",\"id\":3,\"id\":4,\"result\":{}}"
        }) {
            assertThat(Codec.fromServer(text.getBytes(StandardCharsets.UTF_8))).isInstanceOf(Message.Malformed.class);
        }
    }

    @Test
    void aUriBesideTheNameIsNotTheTarget() {
        var request = (Message.Request)
                agent(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"uri\":\"harmless\",\"name\":\"delete\"}}");
        assertThat(request.params().name()).isEqualTo("delete");
    }

    @Test
    void aRefIsOnePromptOrOneResource() {
        var prompt = "{\"name\":\"a__b\",\"title\":{\"uri\":\"x\"},\"type\":\"ref\\/prompt\"}";
        assertThat(ref(prompt)).isNotNull().satisfies(ref -> {
            assertThat(ref.kind()).isEqualTo(Kind.PROMPT);
            assertThat(ref.text()).isEqualTo("a__b");
            assertThat(piece(completion(prompt), ref.at())).isEqualTo("\"a__b\"");
        });
        var resource = "{\"type\":\"ref/resource\",\"own\":[1,{\"name\":\"x\"}],\"uri\":\"a:{b}\"}";
        assertThat(ref(resource)).isNotNull().satisfies(ref -> {
            assertThat(ref.kind()).isEqualTo(Kind.TEMPLATE);
            assertThat(ref.text()).isEqualTo("a:{b}");
            assertThat(piece(completion(resource), ref.at())).isEqualTo("\"a:{b}\"");
        });
    }

    /**
     * Red when Codec.ref forgets the type, or takes one of two members; the gateway and a server may take different
     * ones.
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
    void aRefThatMayBeEitherIsNone(String ref) {
        assertThat(ref(ref)).isNull();
    }

    private static Params.@Nullable Ref ref(String ref) {
        return ((Message.Request) agent(completion(ref))).params().ref();
    }

    private static String completion(String ref) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"completion/complete\",\"params\":{\"ref\":" + ref
                + ",\"argument\":{\"name\":\"a\",\"value\":\"v\"}}}";
    }

    private static Message agent(String text) {
        return Codec.fromAgent(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String piece(String text, @Nullable Span at) {
        if (at == null) {
            return "nowhere";
        }
        return new String(text.getBytes(StandardCharsets.UTF_8), at.from(), at.length(), StandardCharsets.UTF_8);
    }
}
