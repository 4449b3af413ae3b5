package com.kruxos.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The one page with a secret on it. */
class IssuedTest {
    private final Samples data = new Samples(Voice.FRIENDLY);

    /** Red when a template or a snippet shows the key once more; and without the wiping in {@code Rendered.close}. */
    @Test
    void theKeyIsThereOnceAndGoneAfterwards() {
        var key = Samples.key();
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
     * Red without the wiping of the smaller array in {@code PageBytes.writeBinaryContent}, and in its {@code close}.
     */
    @Test
    void aPageThatGrowsLeavesNothingBehind() {
        var small = new byte[][] {new byte[0]};
        try (var bytes = new PageBytes()) {
            bytes.writeBinaryContent(Samples.key());
            small[0] = bytes.array();
            bytes.writeBinaryContent(new byte[small[0].length]);
            assertThat(small[0]).containsOnly(0);
            assertThat(bytes.array()).isNotSameAs(small[0]).startsWith(Samples.key());
            small[0] = bytes.array();
        }
        assertThat(small[0]).containsOnly(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<b>", "a b", "a&b", "a\"b", "é"})
    void whatWouldMeanSomethingInAPageIsNoKey(String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Issued(
                        data.row("build-bot", "", State.ACTIVE, 0),
                        key.getBytes(StandardCharsets.UTF_8),
                        "https://localhost:7700/mcp",
                        List.of()));
    }

    private Rendered page(byte[] key) {
        return Pages.create().issued(data.frame(Section.AGENTS, Level.GREEN), data.issued(key));
    }

    private static String text(Rendered page) {
        return new String(page.array(), 0, page.length(), StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
