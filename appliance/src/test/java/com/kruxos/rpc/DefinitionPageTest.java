package com.kruxos.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Definitions keep every byte but what they are called. */
class DefinitionPageTest {
    @Test
    void aDefinitionKeepsEverythingButItsName() {
        var tool =
                "{\"x\":{\"name\":\"inner\"}, \"name\":\"lookup\",\"inputSchema\":{\"maximum\":9007199254740993},\"é\":null}";
        var page = page("{\"tools\":[" + tool + "],\"nextCursor\":\"c\",\"_meta\":{}}");

        assertThat(page.next()).isEqualTo("c");
        assertThat(page.items()).singleElement().satisfies(found -> {
            assertThat(found.key()).isEqualTo("lookup");
            assertThat(new String(found.named("srv__lookup"), StandardCharsets.UTF_8))
                    .isEqualTo(tool.replace("\"lookup\"", "\"srv__lookup\""));
            assertThat(DefinitionPage.readKept(Kind.TOOL, found.json()))
                    .extracting(Definition::key)
                    .isEqualTo("lookup");
        });
    }

    @Test
    void aToolWithoutANameIsLeftOut() {
        assertThat(page("{\"tools\":[{\"title\":\"x\"},{\"name\":\"y\"},{\"name\":7}]}")
                        .items())
                .extracting(Definition::key)
                .containsExactly("y");
    }

    /** Red without either half of the condition in DefinitionPage.page, and when the limits are one off. */
    @Test
    void noMoreIsReadThanThereMayBe() {
        var items = "{\"name\":\"a\"},{\"name\":\"b\"},{\"title\":\"no name\"},{\"name\":\"c\"}";
        var reply = reply("{\"tools\":[" + items + "],\"nextCursor\":\"more\"}");
        assertThat(DefinitionPage.read(Kind.TOOL, reply, 3, 36)).satisfies(page -> {
            assertThat(page.excess()).isFalse();
            assertThat(page.items()).hasSize(3);
            assertThat(page.next()).isEqualTo("more");
        });
        assertThat(DefinitionPage.read(Kind.TOOL, reply, 2, 36)).satisfies(page -> {
            assertThat(page.excess()).isTrue();
            assertThat(page.items()).hasSize(2);
        });
        assertThat(DefinitionPage.read(Kind.TOOL, reply, 3, 35)).satisfies(page -> {
            assertThat(page.excess()).isTrue();
            assertThat(page.items()).hasSize(2);
        });
    }

    @Test
    void whatIsNoListIsNone() {
        assertThat(DefinitionPage.read(Kind.TOOL, reply("[]"), 10, 1_000)).isNull();
    }

    private static DefinitionPage page(String result) {
        return Objects.requireNonNull(DefinitionPage.read(Kind.TOOL, reply(result), 10, 1_000));
    }

    private static Frame reply(String result) {
        var text = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}";
        return ((Message.Reply) Codec.fromServer(text.getBytes(StandardCharsets.UTF_8))).frame();
    }
}
