package com.kruxos.dashboard.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.kruxos.dashboard.SampleData;
import com.kruxos.dashboard.TextVariant;
import com.kruxos.dashboard.layout.NavigationItem;
import com.kruxos.dashboard.page.RenderedPage;
import com.kruxos.dashboard.page.StatusLevel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The only page that contains a secret. */
class NewKeyPageTest {
    private final SampleData samples = new SampleData(TextVariant.FRIENDLY);

    /** Fails when a template or snippet shows the key again, and without the wiping in {@code RenderedPage.close}. */
    @Test
    void theKeyIsRenderedOnceAndWipedOnClose() {
        var key = SampleData.key();
        byte[] array;
        try (var page = render(key)) {
            array = page.array();
            assertThat(text(page).split(text(key), -1)).hasSize(2);
        }
        assertThat(array).containsOnly(0);
        assertThat(text(key)).as("the caller wipes its own bytes").startsWith("0123");
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

    private RenderedPage render(byte[] key) {
        return samples.newKey(key).render(samples.layout(NavigationItem.AGENTS, StatusLevel.GREEN));
    }

    private static String text(RenderedPage page) {
        return new String(page.array(), 0, page.length(), StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
