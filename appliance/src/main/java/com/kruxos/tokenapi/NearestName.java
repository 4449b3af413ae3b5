package com.kruxos.tokenapi;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Which of the words somebody may have meant. */
final class NearestName {
    private static final int MAX_LENGTH = 40;

    private NearestName() {}

    static Optional<String> find(String word, Collection<String> known) {
        if (word.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        return known.stream()
                .filter(candidate -> editDistance(word, candidate) <= Math.max(1, candidate.length() / 3))
                .min(Comparator.comparingInt((String candidate) -> editDistance(word, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** How many letters must be added, dropped or changed. */
    private static int editDistance(String a, String b) {
        var row = new int[b.length() + 1];
        for (var j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (var i = 1; i <= a.length(); i++) {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.length(); j++) {
                var change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
