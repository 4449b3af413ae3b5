package com.kruxos.cli.clients;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The difference of two texts, in the format of {@code diff -u}. */
public final class UnifiedDiff {
    private static final int CONTEXT_LINES = 3;

    private UnifiedDiff() {}

    /** The lines of the diff; none when the texts are equal. A carriage return at a line end is shown as {@code ␍}. */
    public static List<String> of(String oldName, String newName, byte[] before, byte[] after) {
        var lines = lines(before);
        return UnifiedDiffUtils.generateUnifiedDiff(
                        oldName, newName, lines, DiffUtils.diff(lines, lines(after)), CONTEXT_LINES)
                .stream()
                // POSIX has line 0 for an empty side, and patch insists on it.
                .map(line -> line.startsWith("@@") ? line.replaceAll("([-+])1,0 ", "$10,0 ") : line)
                .toList();
    }

    private static List<String> lines(byte[] text) {
        return new String(text, StandardCharsets.UTF_8)
                .replace("\r\n", "␍\n")
                .lines()
                .toList();
    }
}
