package com.kruxos.redact;

import com.kruxos.vault.Wipe;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides for the last eight bytes of a text whether a pattern can end there, within nanoseconds: one multiplication
 * and one bit of a filter exclude nearly all positions, and a sorted table the rest.
 */
final class SuffixFilter {
    private static final int HASH_BITS = 16;
    private static final long HASH_MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final long[] filter = new long[1 << (HASH_BITS - 6)];
    private final long[] suffixes;
    private final SecretPattern[] patterns;
    private final int maxPatternLength;

    SuffixFilter(List<SecretPattern> all) {
        patterns = all.stream()
                .sorted(Comparator.comparingLong(SecretPattern::suffix))
                .toArray(SecretPattern[]::new);
        suffixes = new long[patterns.length];
        for (var at = 0; at < patterns.length; at++) {
            suffixes[at] = patterns[at].suffix();
            filter[wordIndex(suffixes[at])] |= 1L << bitIndex(suffixes[at]);
        }
        maxPatternLength =
                all.stream().mapToInt(pattern -> pattern.bytes.length).max().orElse(0);
    }

    int maxPatternLength() {
        return maxPatternLength;
    }

    boolean mayEndPattern(long window) {
        return ((filter[wordIndex(window)] >>> bitIndex(window)) & 1) != 0
                && Arrays.binarySearch(suffixes, window) >= 0;
    }

    /** The longest pattern of a kind with this suffix that {@code fits} confirms. */
    Optional<SecretPattern> longestMatch(long window, boolean normalized, Predicate<SecretPattern> fits) {
        var at = Arrays.binarySearch(suffixes, window);
        while (at > 0 && suffixes[at - 1] == window) {
            at--;
        }
        SecretPattern best = null;
        for (; at >= 0 && at < suffixes.length && suffixes[at] == window; at++) {
            var pattern = patterns[at];
            var longer = best == null || pattern.bytes.length > best.bytes.length;
            if (longer && pattern.normalized == normalized && fits.test(pattern)) {
                best = pattern;
            }
        }
        return Optional.ofNullable(best);
    }

    void wipe() {
        for (var pattern : patterns) {
            Wipe.bytes(pattern.bytes);
        }
        Arrays.fill(suffixes, 0);
        Arrays.fill(filter, 0);
    }

    private static int wordIndex(long window) {
        return (int) ((window * HASH_MULTIPLIER) >>> (Long.SIZE - HASH_BITS + 6));
    }

    private static int bitIndex(long window) {
        return (int) ((window * HASH_MULTIPLIER) >>> (Long.SIZE - HASH_BITS)) & 63;
    }
}
