package com.kruxos.vault;

import java.util.Arrays;

/**
 * Decodes a text to a normal form, for any level of nesting: backslash escapes of JSON inside JSON, percent encoding,
 * plus signs for spaces, line breaks. Different texts may have the same normal form. Patterns are normalized by the
 * same rules before they are searched for.
 */
final class Fold implements Octets {
    /** The part of a backslash escape that has been read. */
    private enum Escape {
        NONE,
        /** A backslash. */
        SLASH,
        /** A backslash, {@code u} and some of four digits. */
        UNICODE
    }

    private static final boolean[] SPECIAL = new boolean[256];

    static {
        for (var special : new char[] {'\\', '%', '+', '\r', '\n'}) {
            SPECIAL[special] = true;
        }
    }

    private final Octets plain;
    private Escape escape = Escape.NONE;
    private int escapeAt;
    private final int[] digits = new int[4];
    private final int[] places = new int[4];
    private int count;

    /** A high surrogate before its low surrogate; 0 if none is pending. */
    private int high;

    private int highAt;

    /** A percent sign has been read, and possibly one digit, {@code digit}. */
    private boolean percent;

    private int percentAt;
    private int percentEnd;
    private int digit;
    private int digitAt;
    private int digitEnd;

    /** The end of the last byte accepted. */
    private int reached;

    Fold(Octets plain) {
        this.plain = plain;
    }

    /** The normal form of a text; the caller wipes it. */
    static byte[] of(byte[] text) {
        var collected = new byte[text.length];
        var length = new int[1];
        var fold = new Fold((octet, from, to) -> collected[length[0]++] = (byte) octet);
        for (var at = 0; at < text.length; at++) {
            fold.take(text[at] & 0xFF, at, at + 1);
        }
        fold.finish();
        var plain = Arrays.copyOf(collected, length[0]);
        Wipe.bytes(collected);
        return plain;
    }

    /** Whether a byte can be part of an encoding. */
    static boolean isSpecial(byte octet) {
        return SPECIAL[octet & 0xFF];
    }

    /** Whether {@link #take} would only pass this byte on. */
    boolean passes(int octet) {
        return escape == Escape.NONE && !percent && high == 0 && !SPECIAL[octet];
    }

    @Override
    public void take(int octet, int from, int to) {
        switch (escape) {
            case NONE -> resolved(octet, from, to);
            case SLASH -> afterSlash(octet, to);
            case UNICODE -> unicode(octet, from, to);
        }
        reached = to;
    }

    /** Ends the text: an incomplete encoding is passed on as it is. */
    void finish() {
        if (escape == Escape.UNICODE) {
            noUnicode();
        }
        escape = Escape.NONE;
        noPercent();
        releaseHigh();
    }

    private void afterSlash(int octet, int to) {
        if (octet == '\\') {
            return;
        }
        if (octet == 'u') {
            escape = Escape.UNICODE;
            count = 0;
            return;
        }
        escape = Escape.NONE;
        var meaning = Unfolding.meaning(octet);
        resolved(meaning == 0 ? octet : meaning, escapeAt, to);
    }

    private void unicode(int octet, int from, int to) {
        if (!isHex(octet)) {
            noUnicode();
            take(octet, from, to);
            return;
        }
        digits[count] = octet;
        places[count] = from;
        count++;
        if (count == digits.length) {
            escape = Escape.NONE;
            var code = 0;
            for (var hex : digits) {
                code = (code << 4) | Character.digit(hex, 16);
            }
            character(code, to);
        }
    }

    private void character(int code, int to) {
        if (code < 0x80) {
            resolved(code, escapeAt, to);
            return;
        }
        noPercent();
        if (high != 0 && Character.isLowSurrogate((char) code)) {
            var codePoint = Character.toCodePoint((char) high, (char) code);
            high = 0;
            plain.takeCharacter(codePoint, highAt, to);
            return;
        }
        releaseHigh();
        if (Character.isHighSurrogate((char) code)) {
            high = code;
            highAt = escapeAt;
        } else {
            plain.takeCharacter(code, escapeAt, to);
        }
    }

    /** Accepts a byte outside of backslash escapes. */
    private void resolved(int octet, int from, int to) {
        if (percent && isHex(octet)) {
            hexAfterPercent(octet, from, to);
            return;
        }
        if (octet == '\\') {
            escape = Escape.SLASH;
            escapeAt = from;
            return;
        }
        noPercent();
        if (octet == '%') {
            percent = true;
            percentAt = from;
            percentEnd = to;
        } else if (octet != '\r' && octet != '\n') {
            emit(octet == '+' ? ' ' : octet, from, to);
        }
    }

    /** A decoded byte is accepted again, because {@code %2541} is {@code A} encoded twice. */
    private void hexAfterPercent(int octet, int from, int to) {
        if (digit == 0) {
            digit = octet;
            digitAt = from;
            digitEnd = to;
        } else {
            var value = (Character.digit(digit, 16) << 4) | Character.digit(octet, 16);
            percent = false;
            digit = 0;
            resolved(value, percentAt, to);
        }
    }

    private void emit(int octet, int from, int to) {
        releaseHigh();
        plain.take(octet, from, to);
    }

    /** Passes on an incomplete Unicode escape as it is. */
    private void noUnicode() {
        escape = Escape.NONE;
        var held = count;
        resolved('u', escapeAt, held == 0 ? reached : places[0]);
        for (var at = 0; at < held; at++) {
            resolved(digits[at], places[at], at + 1 < held ? places[at + 1] : reached);
        }
    }

    /** Passes on an incomplete percent encoding as it is. */
    private void noPercent() {
        if (!percent) {
            return;
        }
        percent = false;
        var held = digit;
        digit = 0;
        emit('%', percentAt, held == 0 ? percentEnd : digitAt);
        if (held != 0) {
            emit(held, digitAt, digitEnd);
        }
    }

    private void releaseHigh() {
        if (high != 0) {
            var alone = high;
            high = 0;
            plain.takeCharacter(alone, highAt, reached);
        }
    }

    private static boolean isHex(int octet) {
        return octet < 0x80 && Character.digit(octet, 16) >= 0;
    }
}
