package com.kruxos.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Aligned columns within a width; the widest column is truncated first. */
final class TextTable {
    private static final String GAP = "  ";
    private static final int MIN_COLUMN_WIDTH = 8;

    private final List<String[]> rows = new ArrayList<>();
    private int fixedColumns; // so many of the first columns never give way

    private TextTable(String... headings) {
        rows.add(headings);
    }

    static TextTable of(String... headings) {
        return new TextTable(headings);
    }

    /** The first column is never truncated: users type its values. */
    TextTable withFixedFirstColumn() {
        fixedColumns = 1;
        return this;
    }

    /** Adds a row with one cell per heading. */
    TextTable addRow(String... cells) {
        rows.add(Arrays.stream(cells).map(TerminalText::singleLine).toArray(String[]::new));
        return this;
    }

    List<String> lines(int width) {
        var widths = columnWidths(width);
        return rows.stream().map(row -> formatRow(row, widths)).toList();
    }

    private int[] columnWidths(int width) {
        var widths = new int[rows.getFirst().length];
        for (var row : rows) {
            for (var i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], TerminalText.displayWidth(row[i]));
            }
        }
        var room = width - GAP.length() * (widths.length - 1);
        while (Arrays.stream(widths).sum() > room && fixedColumns < widths.length) {
            var widest = widestColumn(widths, fixedColumns);
            if (widths[widest] <= MIN_COLUMN_WIDTH) {
                break;
            }
            widths[widest]--;
        }
        return widths;
    }

    private static int widestColumn(int[] widths, int from) {
        var widest = from;
        for (var i = from + 1; i < widths.length; i++) {
            // On a tie the later column is truncated: the first holds the name that a user types next.
            widest = widths[i] >= widths[widest] ? i : widest;
        }
        return widest;
    }

    private static String formatRow(String[] row, int[] widths) {
        var line = new StringBuilder();
        for (var i = 0; i < widths.length; i++) {
            var cell = TerminalText.truncate(row[i], widths[i]);
            line.append(cell)
                    .repeat(' ', widths[i] - TerminalText.displayWidth(cell))
                    .append(GAP);
        }
        return line.toString().stripTrailing();
    }
}
