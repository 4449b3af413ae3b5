package com.kruxos.vault;

import java.util.Arrays;

/**
 * Undoes what a program may have done to a text, as often as it was done: backslash escapes of JSON inside JSON,
 * percent encoding, plus signs for spaces, line breaks. Several texts fold to the same one; that is no harm, because
 * needles are folded by the same rules before they are sought.
 */
final class Fold implements Octets {
    /** What is being read as a backslash escape. */
    private enum Escape {
        NONE,
        /** A backslash, which is dropped. */
        SLASH,
        /** A backslash, u and some of four digits. */
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

    /** A high surrogate that waits for its low one; 0 when there is none. */
    private int high;

    private int highAt;

    /** A percent sign is being read, and perhaps one digit after it ({@code digit}, else 0). */
    private boolean percent;

    private int percentAt;
    private int percentEnd;
    private int digit;
    private int digitAt;
    private int digitEnd;

    /** The end of the last byte taken. */
    private int reached;

    Fold(Octets plain) {
        this.plain = plain;
    }

    /** The folded form of a text; the caller wipes it. */
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

    /** Whether this byte can ever mean something else than itself. */
    static boolean isSpecial(byte octet) {
        return SPECIAL[octet & 0xFF];
    }

    /** Whether {@link #take} would do nothing but hand this byte on. */
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

    /** The text is over: what was held back is what it looked like. */
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

    /** A byte of which no backslash escape is left. */
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

    /** {@code %2541} is {@code A} encoded twice: a percent sign that comes out goes in again. */
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

    /** It was no escape after all. */
    private void noUnicode() {
        escape = Escape.NONE;
        var held = count;
        resolved('u', escapeAt, held == 0 ? reached : places[0]);
        for (var at = 0; at < held; at++) {
            resolved(digits[at], places[at], at + 1 < held ? places[at + 1] : reached);
        }
    }

    /** It was no percent encoding after all. */
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
