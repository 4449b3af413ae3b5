package com.kruxos.result;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Suggestions for misspelled words. */
public final class Suggestions {
    private Suggestions() {}

    /** The known word at most two edits away from {@code word}, or null. */
    static @Nullable public String closest(String word, Collection<String> known) {
        String best = null;
        var least = 3;
        for (var candidate : known) {
            var edits = edits(word, candidate);
            if (edits < least) {
                least = edits;
                best = candidate;
            }
        }
        return best;
    }

    private static int edits(String from, String to) {
        var row = new int[to.length() + 1];
        for (var j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (var i = 1; i <= from.length(); i++) {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.length(); j++) {
                var above = row[j];
                var change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[to.length()];
    }
}
