package com.kruxos.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Suggests the name for a misspelled word. */
final class NearestCommand {
    private NearestCommand() {}

    /** The nearest name that starts with the word, or differs in at most a third of its letters. */
    static Optional<String> find(String word, Collection<String> names) {
        return names.stream()
                .filter(name -> (word.length() > 1 && name.startsWith(word))
                        || distance(word, name) <= Math.max(1, (name.length() + 1) / 3))
                .min(Comparator.comparingInt(name -> distance(word, name)));
    }

    /** The edit distance (Levenshtein). */
    private static int distance(String left, String right) {
        var row = new int[right.length() + 1];
        for (var j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (var i = 1; i <= left.length(); i++) {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.length(); j++) {
                var replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }
}
