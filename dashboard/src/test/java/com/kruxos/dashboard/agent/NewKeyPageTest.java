package com.kruxos.dashboard.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.kruxos.dashboard.PageRenderer;
import com.kruxos.dashboard.SampleData;
import com.kruxos.dashboard.TextVariant;
import com.kruxos.dashboard.layout.NavigationItem;
import com.kruxos.dashboard.page.PageBuffer;
import com.kruxos.dashboard.page.RenderedPage;
import com.kruxos.dashboard.page.StatusLevel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The one page with a secret on it. */
class NewKeyPageTest {
    private final SampleData samples = new SampleData(TextVariant.FRIENDLY);

    /**
     * Red when a template or a snippet shows the key once more; and without the wiping in {@code RenderedPage.close}.
     */
    @Test
    void theKeyIsRenderedOnceAndWipedOnClose() {
        var key = SampleData.key();
        byte[] array;
        try (var page = page(key)) {
            array = page.array();
            assertThat(text(page).split(text(key), -1)).hasSize(2);
        }
        assertThat(array).containsOnly(0);
        assertThat(text(key))
                .as("the giver's own bytes are the giver's to wipe")
                .startsWith("0123");
    }

    /**
     * Red without the wiping of the smaller array in {@code PageBuffer.writeBinaryContent}, and in its {@code close}.
     */
    @Test
    void aGrowingBufferWipesItsOldArray() {
        var small = new byte[][] {new byte[0]};
        try (var bytes = new PageBuffer()) {
            bytes.writeBinaryContent(SampleData.key());
            small[0] = bytes.array();
            bytes.writeBinaryContent(new byte[small[0].length]);
            assertThat(small[0]).containsOnly(0);
            assertThat(bytes.array()).isNotSameAs(small[0]).startsWith(SampleData.key());
            small[0] = bytes.array();
        }
        assertThat(small[0]).containsOnly(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<b>", "a b", "a&b", "a\"b", "é"})
    void charactersWithMeaningInHtmlAreRejected(String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NewKeyPage(
                        samples.agentRow("build-bot", "", AgentStateLabel.ACTIVE, 0),
                        key.getBytes(StandardCharsets.UTF_8),
                        "https://localhost:7700/mcp",
                        List.of()));
    }

    private RenderedPage page(byte[] key) {
        return PageRenderer.create()
                .newKey(samples.layout(NavigationItem.AGENTS, StatusLevel.GREEN), samples.newKey(key));
    }

    private static String text(RenderedPage page) {
        return new String(page.array(), 0, page.length(), StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
