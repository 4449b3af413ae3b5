package com.kruxos.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
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
    void whatCannotBeSeenIsShown(String from, String shown) {
        assertThat(Words.inert(from)).isEqualTo(shown);
    }

    @Test
    void marksDoNotPileUp() {
        assertThat(Words.inert("z" + "\u0337".repeat(40) + "a")).isEqualTo("z\u0337\u0337\u0337a");
    }

    @Test
    void aTextHasAnEnd() {
        assertThat(Words.inert("abc", 3)).isEqualTo("abc");
        assertThat(Words.inert("🛰🛰🛰🛰", 3)).isEqualTo("🛰🛰🛰…");
        assertThat(Words.inert("W".repeat(10_000))).hasSize(Words.USUAL + 1);
    }

    @Test
    void aFieldGivesBackWhatItGot() {
        assertThat(Words.field("\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645 \uD83D\uDC69\u200D\uD83D\uDD27"))
                .isEqualTo("\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645 \uD83D\uDC69\u200D\uD83D\uDD27");
        assertThat(Words.field("a\u0000b\uFFFEc")).isEqualTo("abc");
    }

    @Test
    void countsAreReadable() {
        assertThat(Words.count(128_403)).isEqualTo("128,403");
        assertThat(Words.counted(1, "agent", "agents")).isEqualTo("1 agent");
        assertThat(Words.counted(0, "agent", "agents")).isEqualTo("0 agents");
    }
}
