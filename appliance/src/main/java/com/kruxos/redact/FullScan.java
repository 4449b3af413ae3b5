package com.kruxos.redact;

/** Finds all matches in a text for which {@link Prefilter} was positive, and adds their ranges. */
final class FullScan extends DecodingScanner {
    private final byte[] input;
    private final MatchWindow exact;
    private final MatchWindow decoded;
    private final MatchWindow normalized;

    private FullScan(byte[] input, int end, boolean json, SuffixFilter tails, RedactedRanges cuts) {
        super(input, end, json);
        this.input = input;
        this.exact = new MatchWindow(tails, false, cuts);
        this.decoded = new MatchWindow(tails, false, cuts);
        this.normalized = new MatchWindow(tails, true, cuts);
    }

    static void scan(byte[] input, int from, int to, boolean json, SuffixFilter tails, RedactedRanges cuts) {
        var hunt = new FullScan(input, to, json, tails, cuts);
        for (var at = from; at < to; ) {
            at = hunt.consume(at);
        }
        hunt.finish();
        hunt.exact.wipe();
        hunt.decoded.wipe();
        hunt.normalized.wipe();
    }

    private int consume(int at) {
        if (!isLiteral(at)) {
            return scanNext(at);
        }
        exact.add(input[at] & 0xFF, at, at + 1);
        decoded.add(input[at] & 0xFF, at, at + 1);
        normalized.add(input[at] & 0xFF, at, at + 1);
        return at + 1;
    }

    @Override
    void onExact(int octet, int from, int to) {
        exact.add(octet, from, to);
    }

    @Override
    void onDecoded(int octet, int from, int to) {
        decoded.add(octet, from, to);
    }

    @Override
    void onNormalized(int octet, int from, int to) {
        normalized.add(octet, from, to);
    }
}
