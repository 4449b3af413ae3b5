package com.kruxos.vault;

/**
 * Scans a text once and decodes it in three ways: <b>exact</b>, as a JSON parser would (or the bytes themselves, if the
 * text is not JSON); <b>decoded</b>, the exact text with one level of percent encoding removed; and <b>normalized</b>,
 * the exact text in the normal form of {@link Fold}.
 */
abstract class Unfolding {
    private static final int NOT_HEX = -1;

    private final byte[] input;
    private final int end;
    private final boolean json;
    private final Octets all = this::all;
    private final Percent percent = new Percent(this::decoded);
    private final Fold fold = new Fold(this::plain);

    Unfolding(byte[] input, int end, boolean json) {
        this.input = input;
        this.end = end;
        this.json = json;
    }

    /** One byte of the exact text, decoded from {@code input[from..to)}. */
    abstract void exact(int octet, int from, int to);

    /** One byte of the decoded text, decoded from {@code input[from..to)}. */
    abstract void decoded(int octet, int from, int to);

    /** One byte of the normalized text, decoded from {@code input[from..to)}. */
    abstract void plain(int octet, int from, int to);

    /** Whether the byte is the same in all three texts, so that {@link #step} need not be called for it. */
    final boolean isOrdinary(int at) {
        var octet = input[at] & 0xFF;
        return fold.passes(octet) && percent.passes(octet);
    }

    /** Decodes one character or escape at {@code at}; returns the position of the next one. */
    final int step(int at) {
        if (json && input[at] == '\\') {
            return escape(at);
        }
        all(input[at] & 0xFF, at, at + 1);
        return at + 1;
    }

    /** Ends the text; an incomplete encoding may still be pending. */
    final void finish() {
        percent.finish();
        fold.finish();
    }

    /** The character that a backslash and this letter encode; 0 if it is not an escape. */
    static int meaning(int letter) {
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

    private void all(int octet, int from, int to) {
        exact(octet, from, to);
        percent.take(octet, from, to);
        fold.take(octet, from, to);
    }

    private int escape(int at) {
        var letter = at + 1 < end ? input[at + 1] : 0;
        var code = letter == 'u' ? hex(at + 2) : NOT_HEX;
        if (code != NOT_HEX) {
            return character(code, at);
        }
        var meaning = meaning(letter);
        var to = meaning == 0 ? at + 1 : at + 2;
        all(meaning == 0 ? '\\' : meaning, at, to);
        return to;
    }

    private int character(int code, int at) {
        var to = at + 6;
        var low = to + 1 < end && input[to] == '\\' && input[to + 1] == 'u' ? hex(to + 2) : NOT_HEX;
        if (low != NOT_HEX && Character.isSurrogatePair((char) code, (char) low)) {
            all.takeCharacter(Character.toCodePoint((char) code, (char) low), at, to + 6);
            return to + 6;
        }
        all.takeCharacter(code, at, to);
        return to;
    }

    private int hex(int at) {
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
