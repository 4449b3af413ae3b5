package com.kruxos.vault;

/**
 * Scans the strings and numbers of a JSON-RPC message, except the value of the envelope's {@code id}, which the
 * receiver needs to match the response. The message is valid JSON; for any other input the result is unspecified,
 * without an exception.
 */
final class Envelope {
    private final byte[] message;
    private final Tails tails;
    private final Cuts cuts;
    private int depth;

    /** The depth of the members of a message: 1, or 2 in a batch. */
    private int envelope = 1;

    /** Whether the next value at the envelope's depth is that of {@code id}. */
    private boolean id;

    private Envelope(byte[] message, Tails tails) {
        this.message = message;
        this.tails = tails;
        this.cuts = new Cuts(message);
    }

    static Cuts search(byte[] message, Tails tails) {
        var search = new Envelope(message, tails);
        for (var at = 0; at < message.length; ) {
            at = search.token(at);
        }
        return search.cuts;
    }

    private int token(int at) {
        switch (message[at]) {
            case '"' -> {
                return string(at);
            }
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                return number(at);
            }
            case '{' -> depth++;
            case '[' -> {
                envelope = depth == 0 ? 2 : envelope;
                depth++;
            }
            case '}', ']' -> depth--;
            default -> {
                // Commas, colons, white space and literals contain no secret.
            }
        }
        return at + 1;
    }

    private int string(int at) {
        var end = endOfString(at + 1);
        var isName = depth == envelope && nextIs(':', end + 1);
        if (isName) {
            id = end - at == 3 && message[at + 1] == 'i' && message[at + 2] == 'd';
        }
        var spared = id && !isName && depth == envelope;
        if (!spared && Glance.at(message, at + 1, end, true, tails)) {
            Hunt.through(message, at + 1, end, true, tails, cuts);
        }
        return end + 1;
    }

    private int number(int at) {
        var end = at;
        while (end < message.length && isOfNumber(message[end])) {
            end++;
        }
        if (!(id && depth == envelope) && Glance.at(message, at, end, false, tails)) {
            var inside = new Cuts(message);
            Hunt.through(message, at, end, false, tails, inside);
            if (!inside.isEmpty()) {
                cuts.addNumber(at, end);
            }
        }
        return end;
    }

    private static boolean isOfNumber(byte octet) {
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

    private boolean nextIs(char wanted, int from) {
        var at = from;
        while (at < message.length && message[at] <= ' ') {
            at++;
        }
        return at < message.length && message[at] == wanted;
    }
}
