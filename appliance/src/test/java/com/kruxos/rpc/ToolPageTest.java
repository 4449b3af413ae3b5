package com.kruxos.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Tool definitions keep every byte but the name. */
class ToolPageTest {
    @Test
    void aDefinitionKeepsEverythingButItsName() {
        var tool =
                "{\"x\":{\"name\":\"inner\"}, \"name\":\"lookup\",\"inputSchema\":{\"maximum\":9007199254740993},\"é\":null}";
        var page = page("{\"tools\":[" + tool + "],\"nextCursor\":\"c\",\"_meta\":{}}");

        assertThat(page.next()).isEqualTo("c");
        assertThat(page.tools()).singleElement().satisfies(found -> {
            assertThat(found.name()).isEqualTo("lookup");
            assertThat(new String(found.named("srv__lookup"), StandardCharsets.UTF_8))
                    .isEqualTo(tool.replace("\"lookup\"", "\"srv__lookup\""));
            assertThat(ToolPage.readKept(found.json()))
                    .extracting(ToolDefinition::name)
                    .isEqualTo("lookup");
        });
    }

    @Test
    void aToolWithoutANameIsLeftOut() {
        assertThat(page("{\"tools\":[{\"title\":\"x\"},{\"name\":\"y\"},{\"name\":7}]}")
                        .tools())
                .extracting(ToolDefinition::name)
                .containsExactly("y");
    }

    @Test
    void whatIsNoListIsNone() {
        assertThat(ToolPage.read(reply("[]"))).isNull();
    }

    private static ToolPage page(String result) {
        return Objects.requireNonNull(ToolPage.read(reply(result)));
    }

    private static Frame reply(String result) {
        var text = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}";
        return ((Message.Reply) Codec.fromServer(text.getBytes(StandardCharsets.UTF_8))).frame();
    }
}
