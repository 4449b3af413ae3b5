package com.kruxos.vault;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides for the last eight bytes of a text whether a pattern can end there, within nanoseconds: one multiplication
 * and one bit of a filter exclude nearly all positions, and a sorted table the rest.
 */
final class Tails {
    private static final int BITS = 16;
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final long[] filter = new long[1 << (BITS - 6)];
    private final long[] tails;
    private final Needle[] needles;
    private final int longest;

    Tails(List<Needle> all) {
        needles = all.stream().sorted(Comparator.comparingLong(Needle::tail)).toArray(Needle[]::new);
        tails = new long[needles.length];
        for (var at = 0; at < needles.length; at++) {
            tails[at] = needles[at].tail();
            filter[word(tails[at])] |= 1L << slot(tails[at]);
        }
        longest = all.stream().mapToInt(needle -> needle.bytes.length).max().orElse(0);
    }

    int longest() {
        return longest;
    }

    boolean endsOne(long window) {
        return ((filter[word(window)] >>> slot(window)) & 1) != 0 && Arrays.binarySearch(tails, window) >= 0;
    }

    /** The longest pattern of a kind with this suffix that {@code fits} confirms. */
    Optional<Needle> longest(long window, boolean unfolded, Predicate<Needle> fits) {
        var at = Arrays.binarySearch(tails, window);
        while (at > 0 && tails[at - 1] == window) {
            at--;
        }
        Needle best = null;
        for (; at >= 0 && at < tails.length && tails[at] == window; at++) {
            var needle = needles[at];
            var longer = best == null || needle.bytes.length > best.bytes.length;
            if (longer && needle.unfolded == unfolded && fits.test(needle)) {
                best = needle;
            }
        }
        return Optional.ofNullable(best);
    }

    void wipe() {
        for (var needle : needles) {
            Wipe.bytes(needle.bytes);
        }
        Arrays.fill(tails, 0);
        Arrays.fill(filter, 0);
    }

    private static int word(long window) {
        return (int) ((window * SPREAD) >>> (Long.SIZE - BITS + 6));
    }

    private static int slot(long window) {
        return (int) ((window * SPREAD) >>> (Long.SIZE - BITS)) & 63;
    }
}
