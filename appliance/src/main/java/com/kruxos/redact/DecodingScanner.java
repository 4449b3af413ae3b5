package com.kruxos.redact;

/**
 * Scans a text once and decodes it in three ways: <b>exact</b>, as a JSON parser would (or the bytes themselves, if the
 * text is not JSON); <b>decoded</b>, the exact text with one level of percent encoding removed; and <b>normalized</b>,
 * the exact text in the normal form of {@link EscapeNormalizer}.
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

    /** One byte of the exact text, decoded from {@code input[from..to)}. */
    abstract void onExact(int octet, int from, int to);

    /** One byte of the decoded text, decoded from {@code input[from..to)}. */
    abstract void onDecoded(int octet, int from, int to);

    /** One byte of the normalized text, decoded from {@code input[from..to)}. */
    abstract void onNormalized(int octet, int from, int to);

    /** Whether the byte is the same in all three texts, so that {@link #scanNext} need not be called for it. */
    final boolean isLiteral(int at) {
        var octet = input[at] & 0xFF;
        return escapeNormalizer.isPassThrough(octet) && percentDecoder.isPassThrough(octet);
    }

    /** Decodes one character or escape at {@code at}; returns the position of the next one. */
    final int scanNext(int at) {
        if (json && input[at] == '\\') {
            return scanEscape(at);
        }
        emit(input[at] & 0xFF, at, at + 1);
        return at + 1;
    }

    /** Ends the text; an incomplete encoding may still be pending. */
    final void finish() {
        percentDecoder.finish();
        escapeNormalizer.finish();
    }

    /** The character that a backslash and this letter encode; 0 if it is not an escape. */
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
