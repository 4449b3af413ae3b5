package com.kruxos.redact;

/**
 * Decides for every message whether it can contain a secret. It has no false negatives; {@link FullScan} confirms a
 * positive.
 */
final class Prefilter extends DecodingScanner {
    private final byte[] input;
    private final int end;
    private final SuffixFilter suffixFilter;

    /** The last eight bytes of each of the three texts. */
    private long exactWindow;

    private long decodedWindow;
    private long normalizedWindow;
    private boolean found;

    private Prefilter(byte[] input, int end, boolean json, SuffixFilter suffixFilter, long window) {
        super(input, end, json);
        this.input = input;
        this.end = end;
        this.suffixFilter = suffixFilter;
        this.exactWindow = window;
        this.decodedWindow = window;
        this.normalizedWindow = window;
    }

    static boolean mayContainSecret(byte[] input, int from, int to, boolean json, SuffixFilter suffixFilter) {
        var window = 0L;
        for (var at = from; at < to; at++) {
            if (EscapeNormalizer.isSpecial(input[at])) {
                // The three texts may differ from here on. Nothing has been allocated so far.
                return new Prefilter(input, to, json, suffixFilter, window).scan(at);
            }
            window = (window << 8) | (input[at] & 0xFF);
            if (suffixFilter.mayEndPattern(window)) {
                return true;
            }
        }
        return false;
    }

    private boolean scan(int from) {
        var at = from;
        while (at < end && !found) {
            if (isLiteral(at)) {
                exactWindow = (exactWindow << 8) | (input[at] & 0xFF);
                decodedWindow = (decodedWindow << 8) | (input[at] & 0xFF);
                normalizedWindow = (normalizedWindow << 8) | (input[at] & 0xFF);
                found = suffixFilter.mayEndPattern(exactWindow)
                        || (decodedWindow != exactWindow && suffixFilter.mayEndPattern(decodedWindow))
                        || (normalizedWindow != exactWindow && suffixFilter.mayEndPattern(normalizedWindow));
                at++;
            } else {
                at = scanNext(at);
            }
        }
        finish();
        return found;
    }

    @Override
    void onExact(int octet, int from, int to) {
        exactWindow = (exactWindow << 8) | octet;
        found |= suffixFilter.mayEndPattern(exactWindow);
    }

    @Override
    void onDecoded(int octet, int from, int to) {
        decodedWindow = (decodedWindow << 8) | octet;
        found |= suffixFilter.mayEndPattern(decodedWindow);
    }

    @Override
    void onNormalized(int octet, int from, int to) {
        normalizedWindow = (normalizedWindow << 8) | octet;
        found |= suffixFilter.mayEndPattern(normalizedWindow);
    }
}
