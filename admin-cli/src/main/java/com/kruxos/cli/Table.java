package com.kruxos.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Aligned columns within a width: the widest give way first, down to a few characters. */
final class Table {
    private static final String GAP = "  ";
    private static final int NARROWEST = 8;

    private final List<String[]> rows = new ArrayList<>();
    private int kept; // so many of the first columns never give way

    private Table(String... headings) {
        rows.add(headings);
    }

    static Table of(String... headings) {
        return new Table(headings);
    }

    /** What stands in the first column has to be typed whole: it is not cut. */
    Table keepingFirst() {
        kept = 1;
        return this;
    }

    /** One cell for each heading. */
    Table row(String... cells) {
        rows.add(Arrays.stream(cells).map(Texts::line).toArray(String[]::new));
        return this;
    }

    List<String> lines(int width) {
        var widths = fit(width);
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private int[] fit(int width) {
        var widths = new int[rows.getFirst().length];
        for (var row : rows) {
            for (var i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], Texts.columns(row[i]));
            }
        }
        var room = width - GAP.length() * (widths.length - 1);
        while (Arrays.stream(widths).sum() > room && kept < widths.length) {
            var widest = widest(widths, kept);
            if (widths[widest] <= NARROWEST) {
                break;
            }
            widths[widest]--;
        }
        return widths;
    }

    private static int widest(int[] widths, int from) {
        var widest = from;
        for (var i = from + 1; i < widths.length; i++) {
            // On a tie the later column gives way: the first holds the name one would type next.
            widest = widths[i] >= widths[widest] ? i : widest;
        }
        return widest;
    }

    private static String line(String[] row, int[] widths) {
        var line = new StringBuilder();
        for (var i = 0; i < widths.length; i++) {
            var cell = Texts.cut(row[i], widths[i]);
            line.append(cell).repeat(' ', widths[i] - Texts.columns(cell)).append(GAP);
        }
        return line.toString().stripTrailing();
    }
}
