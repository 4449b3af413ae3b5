package com.kruxos.vault;

/**
 * Decides for every message whether it can contain a secret. It has no false negatives; {@link Hunt} confirms a
 * positive.
 */
final class Glance extends Unfolding {
    private final byte[] input;
    private final int end;
    private final Tails tails;

    /** The last eight bytes of each of the three texts. */
    private long exact;

    private long decoded;
    private long plain;
    private boolean found;

    private Glance(byte[] input, int end, boolean json, Tails tails, long window) {
        super(input, end, json);
        this.input = input;
        this.end = end;
        this.tails = tails;
        this.exact = window;
        this.decoded = window;
        this.plain = window;
    }

    static boolean at(byte[] input, int from, int to, boolean json, Tails tails) {
        var window = 0L;
        for (var at = from; at < to; at++) {
            if (Fold.isSpecial(input[at])) {
                // The three texts may differ from here on. Nothing has been allocated so far.
                return new Glance(input, to, json, tails, window).look(at);
            }
            window = (window << 8) | (input[at] & 0xFF);
            if (tails.endsOne(window)) {
                return true;
            }
        }
        return false;
    }

    private boolean look(int from) {
        var at = from;
        while (at < end && !found) {
            if (isOrdinary(at)) {
                exact = (exact << 8) | (input[at] & 0xFF);
                decoded = (decoded << 8) | (input[at] & 0xFF);
                plain = (plain << 8) | (input[at] & 0xFF);
                found = tails.endsOne(exact)
                        || (decoded != exact && tails.endsOne(decoded))
                        || (plain != exact && tails.endsOne(plain));
                at++;
            } else {
                at = step(at);
            }
        }
        finish();
        return found;
    }

    @Override
    void exact(int octet, int from, int to) {
        exact = (exact << 8) | octet;
        found |= tails.endsOne(exact);
    }

    @Override
    void decoded(int octet, int from, int to) {
        decoded = (decoded << 8) | octet;
        found |= tails.endsOne(decoded);
    }

    @Override
    void plain(int octet, int from, int to) {
        plain = (plain << 8) | octet;
        found |= tails.endsOne(plain);
    }
}
