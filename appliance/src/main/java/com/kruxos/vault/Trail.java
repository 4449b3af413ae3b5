package com.kruxos.vault;

/** The end of a text that is being scanned, as long as the longest pattern, with the source position of each byte. */
final class Trail {
    private final Tails tails;
    private final boolean unfolded;
    private final Cuts cuts;
    private final byte[] octets;
    private final int[] starts;
    private final int mask;
    private int length;
    private long window;

    /** A base64 pattern has just ended, and a character with some of its bits may follow. */
    private boolean bitsFollow;

    /** A base64 pattern has just ended, and padding may follow. */
    private boolean paddingFollows;

    Trail(Tails tails, boolean unfolded, Cuts cuts) {
        this.tails = tails;
        this.unfolded = unfolded;
        this.cuts = cuts;
        // One more than the longest pattern, for the character before it that may be redacted, too.
        var size = Integer.highestOneBit(tails.longest() + 1) << 1;
        octets = new byte[size];
        starts = new int[size];
        mask = size - 1;
    }

    void add(int octet, int from, int to) {
        if ((bitsFollow && isBase64(octet)) || (paddingFollows && octet == '=')) {
            cuts.add(from, to);
        } else {
            paddingFollows = false;
        }
        bitsFollow = false;
        octets[length & mask] = (byte) octet;
        starts[length & mask] = from;
        length++;
        window = (window << 8) | octet;
        if (tails.endsOne(window)) {
            tails.longest(window, unfolded, this::endsWith).ifPresent(needle -> cut(needle, to));
        }
    }

    void wipe() {
        Wipe.bytes(octets);
    }

    private boolean endsWith(Needle needle) {
        var bytes = needle.bytes;
        if (bytes.length > length) {
            return false;
        }
        for (int at = 0, place = length - bytes.length; at < bytes.length; at++, place++) {
            if (bytes[at] != octets[place & mask]) {
                return false;
            }
        }
        return true;
    }

    private void cut(Needle needle, int to) {
        var first = length - needle.bytes.length;
        var neighbour = needle.bitsBefore && first > 0 && isBase64(octets[(first - 1) & mask]);
        cuts.add(starts[(neighbour ? first - 1 : first) & mask], to);
        bitsFollow = needle.bitsAfter;
        paddingFollows = needle.bitsAfter;
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
