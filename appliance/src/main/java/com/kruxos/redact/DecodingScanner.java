package com.kruxos.redact;

/**
 * Reads a text once and gives it out three times: <b>exact</b>, what a JSON reader would see (or the bytes themselves,
 * where the text is not JSON); <b>decoded</b>, the exact text without its percent encoding; and <b>plain</b>, what
 * {@link EscapeNormalizer} makes of the exact text.
 */
abstract class DecodingScanner {
    private static final int NOT_HEX = -1;

    private final byte[] input;
    private final int end;
    private final boolean json;
    private final ByteSink sink = this::emit;
    private final PercentDecoder percentDecoder = new PercentDecoder(this::onDecoded);
    private final EscapeNormalizer escapeNormalizer = new EscapeNormalizer(this::onNormalized);

    DecodingScanner(byte[] input, int end, boolean json) {
        this.input = input;
        this.end = end;
        this.json = json;
    }

    /** One byte of the exact text, made from {@code input[from..to)}. */
    abstract void onExact(int octet, int from, int to);

    /** One byte of the decoded text, made from {@code input[from..to)}. */
    abstract void onDecoded(int octet, int from, int to);

    /** One byte of the plain text, made from {@code input[from..to)}. */
    abstract void onNormalized(int octet, int from, int to);

    /** Whether the next byte stands for itself in all three texts, so that {@link #scanNext} would just repeat it. */
    final boolean isLiteral(int at) {
        var octet = input[at] & 0xFF;
        return escapeNormalizer.isPassThrough(octet) && percentDecoder.isPassThrough(octet);
    }

    /** Takes one character or escape at {@code at}; says where the next one begins. */
    final int scanNext(int at) {
        if (json && input[at] == '\\') {
            return scanEscape(at);
        }
        emit(input[at] & 0xFF, at, at + 1);
        return at + 1;
    }

    /** Call when all is read: something may still be held back. */
    final void finish() {
        percentDecoder.finish();
        escapeNormalizer.finish();
    }

    /** What the letter after a backslash stands for; 0 when it is no such letter. */
    static int unescape(int letter) {
        return switch (letter) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case '"', '\\', '/' -> letter;
            default -> 0;
        };
    }

    private void emit(int octet, int from, int to) {
        onExact(octet, from, to);
        percentDecoder.accept(octet, from, to);
        escapeNormalizer.accept(octet, from, to);
    }

    private int scanEscape(int at) {
        var letter = at + 1 < end ? input[at + 1] : 0;
        var code = letter == 'u' ? parseHex(at + 2) : NOT_HEX;
        if (code != NOT_HEX) {
            return emitCodeUnit(code, at);
        }
        var meaning = unescape(letter);
        var to = meaning == 0 ? at + 1 : at + 2;
        emit(meaning == 0 ? '\\' : meaning, at, to);
        return to;
    }

    private int emitCodeUnit(int code, int at) {
        var to = at + 6;
        var low = to + 1 < end && input[to] == '\\' && input[to + 1] == 'u' ? parseHex(to + 2) : NOT_HEX;
        if (low != NOT_HEX && Character.isSurrogatePair((char) code, (char) low)) {
            sink.acceptCodePoint(Character.toCodePoint((char) code, (char) low), at, to + 6);
            return to + 6;
        }
        sink.acceptCodePoint(code, at, to);
        return to;
    }

    private int parseHex(int at) {
        if (at + 4 > end) {
            return NOT_HEX;
        }
        var value = 0;
        for (var place = at; place < at + 4; place++) {
            var digit = Character.digit(input[place], 16);
            if (digit < 0) {
                return NOT_HEX;
            }
            value = (value << 4) | digit;
        }
        return value;
    }
}
