package com.kruxos.redact;

import com.kruxos.vault.Wipe;

/** The end of a text that is being scanned, as long as the longest pattern, with the source position of each byte. */
final class MatchWindow {
    private final SuffixFilter suffixFilter;
    private final boolean normalized;
    private final RedactedRanges ranges;
    private final byte[] bytes;
    private final int[] starts;
    private final int mask;
    private int length;
    private long suffix;

    /** A base64 pattern has just ended, and a character with some of its bits may follow. */
    private boolean partialCharMayFollow;

    /** A base64 pattern has just ended, and padding may follow. */
    private boolean paddingMayFollow;

    MatchWindow(SuffixFilter suffixFilter, boolean normalized, RedactedRanges ranges) {
        this.suffixFilter = suffixFilter;
        this.normalized = normalized;
        this.ranges = ranges;
        // One more than the longest pattern, for the character before it that may be redacted, too.
        var size = Integer.highestOneBit(suffixFilter.maxPatternLength() + 1) << 1;
        bytes = new byte[size];
        starts = new int[size];
        mask = size - 1;
    }

    void add(int octet, int from, int to) {
        if ((partialCharMayFollow && isBase64(octet)) || (paddingMayFollow && octet == '=')) {
            ranges.add(from, to);
        } else {
            paddingMayFollow = false;
        }
        partialCharMayFollow = false;
        bytes[length & mask] = (byte) octet;
        starts[length & mask] = from;
        length++;
        suffix = (suffix << 8) | octet;
        if (suffixFilter.mayEndPattern(suffix)) {
            suffixFilter.longestMatch(suffix, normalized, this::endsWith).ifPresent(pattern -> addMatch(pattern, to));
        }
    }

    void wipe() {
        Wipe.bytes(bytes);
    }

    private boolean endsWith(SecretPattern pattern) {
        var bytes = pattern.bytes;
        if (bytes.length > length) {
            return false;
        }
        for (int at = 0, place = length - bytes.length; at < bytes.length; at++, place++) {
            if (bytes[at] != this.bytes[place & mask]) {
                return false;
            }
        }
        return true;
    }

    private void addMatch(SecretPattern pattern, int to) {
        var first = length - pattern.bytes.length;
        var neighbour = pattern.partialCharBefore && first > 0 && isBase64(bytes[(first - 1) & mask]);
        ranges.add(starts[(neighbour ? first - 1 : first) & mask], to);
        partialCharMayFollow = pattern.partialCharAfter;
        paddingMayFollow = pattern.partialCharAfter;
    }

    private static boolean isBase64(int octet) {
        return (octet >= 'a' && octet <= 'z')
                || (octet >= 'A' && octet <= 'Z')
                || (octet >= '0' && octet <= '9')
                || octet == '+'
                || octet == '/'
                || octet == '-'
                || octet == '_'
                || octet == ' '; // a plus sign in normal form
    }
}
