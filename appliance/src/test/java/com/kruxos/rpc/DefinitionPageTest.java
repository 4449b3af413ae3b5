package com.kruxos.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Definitions keep every byte but their name. */
class DefinitionPageTest {
    @Test
    void renamingADefinitionChangesOnlyItsName() {
        var tool =
                "{\"x\":{\"name\":\"inner\"}, \"name\":\"lookup\",\"inputSchema\":{\"maximum\":9007199254740993},\"é\":null}";
        var page = page("{\"tools\":[" + tool + "],\"nextCursor\":\"c\",\"_meta\":{}}");

        assertThat(page.nextCursor()).isEqualTo("c");
        assertThat(page.items()).singleElement().satisfies(found -> {
            assertThat(found.key()).isEqualTo("lookup");
            assertThat(new String(found.withName("srv__lookup"), StandardCharsets.UTF_8))
                    .isEqualTo(tool.replace("\"lookup\"", "\"srv__lookup\""));
            assertThat(DefinitionPage.readStored(FeatureKind.TOOL, found.json()))
                    .extracting(FeatureDefinition::key)
                    .isEqualTo("lookup");
        });
    }

    @Test
    void toolsWithoutANameAreSkipped() {
        assertThat(page("{\"tools\":[{\"title\":\"x\"},{\"name\":\"y\"},{\"name\":7}]}")
                        .items())
                .extracting(FeatureDefinition::key)
                .containsExactly("y");
    }

    /** Fails without either half of the condition in DefinitionPage.readPage, and when a limit is off by one. */
    @Test
    void readingStopsAtTheItemAndByteLimits() {
        var items = "{\"name\":\"a\"},{\"name\":\"b\"},{\"title\":\"no name\"},{\"name\":\"c\"}";
        var reply = reply("{\"tools\":[" + items + "],\"nextCursor\":\"more\"}");
        assertThat(DefinitionPage.read(FeatureKind.TOOL, reply, 3, 36)).satisfies(page -> {
            assertThat(page.truncated()).isFalse();
            assertThat(page.items()).hasSize(3);
            assertThat(page.nextCursor()).isEqualTo("more");
        });
        assertThat(DefinitionPage.read(FeatureKind.TOOL, reply, 2, 36)).satisfies(page -> {
            assertThat(page.truncated()).isTrue();
            assertThat(page.items()).hasSize(2);
        });
        assertThat(DefinitionPage.read(FeatureKind.TOOL, reply, 3, 35)).satisfies(page -> {
            assertThat(page.truncated()).isTrue();
            assertThat(page.items()).hasSize(2);
        });
    }

    @Test
    void aResultThatIsNotAListIsRejected() {
        assertThat(DefinitionPage.read(FeatureKind.TOOL, reply("[]"), 10, 1_000))
                .isNull();
    }

    private static DefinitionPage page(String result) {
        return Objects.requireNonNull(DefinitionPage.read(FeatureKind.TOOL, reply(result), 10, 1_000));
    }

    private static RawMessage reply(String result) {
        var text = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}";
        return ((Message.Reply) JsonRpcReader.readFromServer(text.getBytes(StandardCharsets.UTF_8))).raw();
    }
}
