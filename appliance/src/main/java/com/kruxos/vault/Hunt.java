package com.kruxos.vault;

/** Finds all matches in a text for which {@link Glance} was positive, and adds their ranges. */
final class Hunt extends Unfolding {
    private final byte[] input;
    private final Trail exact;
    private final Trail decoded;
    private final Trail plain;

    private Hunt(byte[] input, int end, boolean json, Tails tails, Cuts cuts) {
        super(input, end, json);
        this.input = input;
        this.exact = new Trail(tails, false, cuts);
        this.decoded = new Trail(tails, false, cuts);
        this.plain = new Trail(tails, true, cuts);
    }

    static void through(byte[] input, int from, int to, boolean json, Tails tails, Cuts cuts) {
        var hunt = new Hunt(input, to, json, tails, cuts);
        for (var at = from; at < to; ) {
            at = hunt.take(at);
        }
        hunt.finish();
        hunt.exact.wipe();
        hunt.decoded.wipe();
        hunt.plain.wipe();
    }

    private int take(int at) {
        if (!isOrdinary(at)) {
            return step(at);
        }
        exact.add(input[at] & 0xFF, at, at + 1);
        decoded.add(input[at] & 0xFF, at, at + 1);
        plain.add(input[at] & 0xFF, at, at + 1);
        return at + 1;
    }

    @Override
    void exact(int octet, int from, int to) {
        exact.add(octet, from, to);
    }

    @Override
    void decoded(int octet, int from, int to) {
        decoded.add(octet, from, to);
    }

    @Override
    void plain(int octet, int from, int to) {
        plain.add(octet, from, to);
    }
}
