package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void columnsAreAligned() {
        assertThat(TextTable.of("A", "LONGER")
                        .addRow("value", "x")
                        .addRow("v", "y")
                        .lines(80))
                .containsExactly("A      LONGER", "value  x", "v      y");
    }

    @Test
    void theWidestColumnIsTruncatedFirst() {
        var lines = TextTable.of("NAME", "WHAT")
                .addRow("build-bot", "word ".repeat(40))
                .lines(80);
        assertThat(lines.get(1)).startsWith("build-bot  word").endsWith("…");
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    /** Fails without the second argument of {@code widest}: an id that is cut cannot be typed. */
    @Test
    void theFixedColumnIsNotTruncated() {
        var id = "ses_abcdefghijklmnop";
        var lines = TextTable.of("ID", "A", "B")
                .withFixedFirstColumn()
                .addRow(id, "a".repeat(40), "b".repeat(40))
                .lines(40);
        assertThat(lines.get(1)).startsWith(id + "  aaaa").hasSize(40);
    }

    @Test
    void aWideTerminalShowsMoreText() {
        var table = TextTable.of("NAME", "WHAT").addRow("a", "x".repeat(100));
        assertThat(table.lines(80).get(1)).endsWith("…");
        assertThat(table.lines(120).get(1)).endsWith("x").hasSize(106);
    }

    @Test
    void wideCharactersTakeTwoColumns() {
        assertThat(TextTable.of("NAME", "B").addRow("日本", "x").addRow("ab", "y").lines(80))
                .containsExactly("NAME  B", "日本  x", "ab    y");
    }

    /** A server's tool description could otherwise move the cursor, change colours or set the window's title. */
    @Test
    void controlCharactersAreReplaced() {
        var lines = TextTable.of("A")
                .addRow("\u001b[31mred\u0007 \u202Etxet\u009b2J")
                .lines(80);
        assertThat(lines.get(1)).isEqualTo("\uFFFD[31mred\uFFFD \uFFFDtxet\uFFFD2J");
    }

    @Test
    void longFieldsWrapWithIndent() {
        assertThat(new FieldList().add("name", "one two three").add("none", "").lines(14))
                .containsExactly("name  one two", "      three");
    }
}
