package com.kruxos.cli.clients;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What changes between two texts, in the form of {@code diff -u}. */
public final class UnifiedDiff {
    private static final int CONTEXT_LINES = 3;
    private static final int MAX_TABLE_CELLS = 4_000_000;

    private record Line(char mark, String text) {}

    private UnifiedDiff() {}

    /** Its lines; none when the texts are the same. A line end that differs shows as {@code ␍}. */
    public static List<String> of(String oldName, String newName, byte[] before, byte[] after) {
        var changes = compare(lines(before), lines(after));
        var shown = new ArrayList<String>();
        var index = 0;
        var oldLine = 1;
        var newLine = 1;
        while (index < changes.size()) {
            if (changes.get(index).mark() == ' ' && !hasChangeWithin(changes, index)) {
                index++;
                oldLine++;
                newLine++;
                continue;
            }
            var end = hunkEnd(changes, index);
            var hunk = changes.subList(index, end);
            var olds = (int) hunk.stream().filter(line -> line.mark() != '+').count();
            var news = (int) hunk.stream().filter(line -> line.mark() != '-').count();
            shown.add("@@ -" + range(oldLine, olds) + " +" + range(newLine, news) + " @@");
            hunk.forEach(line -> shown.add(line.mark() + line.text()));
            index = end;
            oldLine += olds;
            newLine += news;
        }
        if (!shown.isEmpty()) {
            shown.addAll(0, List.of("--- " + oldName, "+++ " + newName));
        }
        return shown;
    }

    private static String range(int start, int count) {
        return (count == 0 ? start - 1 : start) + (count == 1 ? "" : "," + count);
    }

    private static boolean hasChangeWithin(List<Line> changes, int index) {
        return changes.subList(index, Math.min(changes.size(), index + CONTEXT_LINES + 1)).stream()
                .anyMatch(line -> line.mark() != ' ');
    }

    /** Behind the last change that is not farther than two contexts from the one before it, and its context. */
    private static int hunkEnd(List<Line> changes, int start) {
        var last = start;
        for (var i = start; i < changes.size() && i <= last + 2 * CONTEXT_LINES; i++) {
            last = changes.get(i).mark() == ' ' ? last : i;
        }
        return Math.min(changes.size(), last + CONTEXT_LINES + 1);
    }

    private static List<Line> compare(List<String> before, List<String> after) {
        var head = 0;
        var shorter = Math.min(before.size(), after.size());
        while (head < shorter && before.get(head).equals(after.get(head))) {
            head++;
        }
        var tail = 0;
        while (tail < shorter - head
                && before.get(before.size() - 1 - tail).equals(after.get(after.size() - 1 - tail))) {
            tail++;
        }
        var changes = new ArrayList<Line>();
        before.subList(0, head).forEach(line -> changes.add(new Line(' ', line)));
        compareChangedRegion(
                before.subList(head, before.size() - tail), after.subList(head, after.size() - tail), changes);
        before.subList(before.size() - tail, before.size()).forEach(line -> changes.add(new Line(' ', line)));
        return changes;
    }

    /** The longest common part of what lies between; where that would take too long, all of it as changed. */
    private static void compareChangedRegion(List<String> before, List<String> after, List<Line> changes) {
        if ((long) before.size() * after.size() > MAX_TABLE_CELLS) {
            before.forEach(line -> changes.add(new Line('-', line)));
            after.forEach(line -> changes.add(new Line('+', line)));
            return;
        }
        var common = new int[before.size() + 1][after.size() + 1];
        for (var i = before.size() - 1; i >= 0; i--) {
            for (var j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        addChanges(before, after, common, changes);
    }

    private static void addChanges(List<String> before, List<String> after, int[][] common, List<Line> changes) {
        var i = 0;
        var j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                changes.add(new Line(' ', before.get(i++)));
                j++;
            } else if (j == after.size() || (i < before.size() && common[i + 1][j] >= common[i][j + 1])) {
                changes.add(new Line('-', before.get(i++)));
            } else {
                changes.add(new Line('+', after.get(j++)));
            }
        }
    }

    private static List<String> lines(byte[] text) {
        if (text.length == 0) {
            return List.of();
        }
        var lines = new ArrayList<>(List.of(new String(text, StandardCharsets.UTF_8).split("\n", -1)));
        if (lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        return lines.stream()
                .map(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) + "␍" : line)
                .toList();
    }
}
