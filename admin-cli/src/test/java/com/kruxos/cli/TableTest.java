package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void alignsColumns() {
        assertThat(Table.of("A", "LONGER").row("value", "x").row("v", "y").lines(80))
                .containsExactly("A      LONGER", "value  x", "v      y");
    }

    @Test
    void theWidestColumnGivesWay() {
        var lines =
                Table.of("NAME", "WHAT").row("build-bot", "word ".repeat(40)).lines(80);
        assertThat(lines.get(1)).startsWith("build-bot  word").endsWith("…");
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    /** Red without the second argument of {@code widest}: an id that is cut cannot be typed. */
    @Test
    void whatHasToBeTypedIsNotCut() {
        var id = "ses_abcdefghijklmnop";
        var lines = Table.of("ID", "A", "B")
                .keepingFirst()
                .row(id, "a".repeat(40), "b".repeat(40))
                .lines(40);
        assertThat(lines.get(1)).startsWith(id + "  aaaa").hasSize(40);
    }

    @Test
    void aWideTerminalShowsMore() {
        var table = Table.of("NAME", "WHAT").row("a", "x".repeat(100));
        assertThat(table.lines(80).get(1)).endsWith("…");
        assertThat(table.lines(120).get(1)).endsWith("x").hasSize(106);
    }

    @Test
    void wideLettersCountTwice() {
        assertThat(Table.of("NAME", "B").row("日本", "x").row("ab", "y").lines(80))
                .containsExactly("NAME  B", "日本  x", "ab    y");
    }

    /** A server's tool description could otherwise move the cursor, change colours or set the window's title. */
    @Test
    void aStrangersTextCannotSteerTheTerminal() {
        var lines = Table.of("A").row("\u001b[31mred\u0007 \u202Etxet\u009b2J").lines(80);
        assertThat(lines.get(1)).isEqualTo("\uFFFD[31mred\uFFFD \uFFFDtxet\uFFFD2J");
    }

    @Test
    void fieldsWrapUnderThemselves() {
        assertThat(new Fields().add("name", "one two three").add("none", "").lines(14))
                .containsExactly("name  one two", "      three");
    }
}
