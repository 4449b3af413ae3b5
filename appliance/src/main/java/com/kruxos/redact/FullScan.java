package com.kruxos.redact;

/** Finds all matches in a text for which {@link Prefilter} was positive, and adds their ranges. */
final class FullScan extends DecodingScanner {
    private final byte[] input;
    private final MatchWindow exact;
    private final MatchWindow decoded;
    private final MatchWindow normalized;

    private FullScan(byte[] input, int end, boolean json, SuffixFilter suffixFilter, RedactedRanges ranges) {
        super(input, end, json);
        this.input = input;
        this.exact = new MatchWindow(suffixFilter, false, ranges);
        this.decoded = new MatchWindow(suffixFilter, false, ranges);
        this.normalized = new MatchWindow(suffixFilter, true, ranges);
    }

    static void scan(byte[] input, int from, int to, boolean json, SuffixFilter suffixFilter, RedactedRanges ranges) {
        var scan = new FullScan(input, to, json, suffixFilter, ranges);
        for (var at = from; at < to; ) {
            at = scan.consume(at);
        }
        scan.finish();
        scan.exact.wipe();
        scan.decoded.wipe();
        scan.normalized.wipe();
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
