package com.kruxos.redact;

/**
 * Scans the strings and numbers of a JSON-RPC message, except the value of the envelope's {@code id}, which the
 * receiver needs to match the response. The message is valid JSON; for any other input the result is unspecified,
 * without an exception.
 */
final class JsonStringScanner {
    private final byte[] message;
    private final SuffixFilter suffixFilter;
    private final RedactedRanges ranges;
    private int depth;

    /** The depth of the members of a message: 1, or 2 in a batch. */
    private int envelopeDepth = 1;

    /** Whether the next value at the envelope's depth is that of {@code id}. */
    private boolean idValueFollows;

    private JsonStringScanner(byte[] message, SuffixFilter suffixFilter) {
        this.message = message;
        this.suffixFilter = suffixFilter;
        this.ranges = new RedactedRanges(message);
    }

    static RedactedRanges scan(byte[] message, SuffixFilter suffixFilter) {
        var search = new JsonStringScanner(message, suffixFilter);
        for (var at = 0; at < message.length; ) {
            at = search.readToken(at);
        }
        return search.ranges;
    }

    private int readToken(int at) {
        switch (message[at]) {
            case '"' -> {
                return readString(at);
            }
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                return readNumber(at);
            }
            case '{' -> depth++;
            case '[' -> {
                envelopeDepth = depth == 0 ? 2 : envelopeDepth;
                depth++;
            }
            case '}', ']' -> depth--;
            default -> {
                // Commas, colons, white space and literals contain no secret.
            }
        }
        return at + 1;
    }

    private int readString(int at) {
        var end = endOfString(at + 1);
        var isName = depth == envelopeDepth && nextNonSpaceIs(':', end + 1);
        if (isName) {
            idValueFollows = end - at == 3 && message[at + 1] == 'i' && message[at + 2] == 'd';
        }
        var spared = idValueFollows && !isName && depth == envelopeDepth;
        if (!spared && Prefilter.mayContainSecret(message, at + 1, end, true, suffixFilter)) {
            FullScan.scan(message, at + 1, end, true, suffixFilter, ranges);
        }
        return end + 1;
    }

    private int readNumber(int at) {
        var end = at;
        while (end < message.length && isNumberByte(message[end])) {
            end++;
        }
        if (!(idValueFollows && depth == envelopeDepth)
                && Prefilter.mayContainSecret(message, at, end, false, suffixFilter)) {
            var inside = new RedactedRanges(message);
            FullScan.scan(message, at, end, false, suffixFilter, inside);
            if (!inside.isEmpty()) {
                ranges.addNumber(at, end);
            }
        }
        return end;
    }

    private static boolean isNumberByte(byte octet) {
        return (octet >= '0' && octet <= '9')
                || octet == '-'
                || octet == '+'
                || octet == '.'
                || octet == 'e'
                || octet == 'E';
    }

    private int endOfString(int from) {
        var at = from;
        while (at < message.length && message[at] != '"') {
            at += message[at] == '\\' ? 2 : 1;
        }
        return Math.min(at, message.length);
    }

    private boolean nextNonSpaceIs(char wanted, int from) {
        var at = from;
        while (at < message.length && message[at] <= ' ') {
            at++;
        }
        return at < message.length && message[at] == wanted;
    }
}
