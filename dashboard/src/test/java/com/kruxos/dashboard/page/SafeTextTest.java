package com.kruxos.dashboard.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTextTest {
    @ParameterizedTest
    @CsvSource({
        "'build-bot', 'build-bot'",
        "'Ångström 東京 שלום 🛰', 'Ångström 東京 שלום 🛰'",
        "'two\nlines\tand\u2028more', 'two lines and more'",
        "'a\u202Eb\u2066c\u200Bd\u00ADe\uFEFFf', 'a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf'",
        "'a\u0000b\u001B[2J', 'a\uFFFDb\uFFFD[2J'",
        "'a\uD83Db', 'a\uFFFDb'",
        "'\uDB40\uDC41\uE000', '\uFFFD\uFFFD'",
        "'\u3164\u2800\u115F', '\uFFFD\uFFFD\uFFFD'"
    })
    void invisibleCharactersAreReplaced(String from, String shown) {
        assertThat(SafeText.inline(from)).isEqualTo(shown);
    }

    @Test
    void combiningMarksAreLimited() {
        assertThat(SafeText.inline("z" + "\u0337".repeat(40) + "a")).isEqualTo("z\u0337\u0337\u0337a");
    }

    @Test
    void longTextsAreTruncated() {
        assertThat(SafeText.inline("abc", 3)).isEqualTo("abc");
        assertThat(SafeText.inline("🛰🛰🛰🛰", 3)).isEqualTo("🛰🛰🛰…");
        assertThat(SafeText.inline("W".repeat(10_000))).hasSize(SafeText.DEFAULT_LENGTH + 1);
    }

    @Test
    void fieldValuesKeepAllAllowedCharacters() {
        assertThat(SafeText.fieldValue(
                        "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645 \uD83D\uDC69\u200D\uD83D\uDD27"))
                .isEqualTo("\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645 \uD83D\uDC69\u200D\uD83D\uDD27");
        assertThat(SafeText.fieldValue("a\u0000b\uFFFEc")).isEqualTo("abc");
    }

    @Test
    void numbersAreGrouped() {
        assertThat(SafeText.number(128_403)).isEqualTo("128,403");
        assertThat(SafeText.quantity(1, "agent", "agents")).isEqualTo("1 agent");
        assertThat(SafeText.quantity(0, "agent", "agents")).isEqualTo("0 agents");
    }
}
