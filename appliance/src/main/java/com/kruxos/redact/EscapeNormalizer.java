package com.kruxos.redact;

import com.kruxos.vault.Wipe;
import java.util.Arrays;

/**
 * Undoes what a program may have done to a text, as often as it was done: backslash escapes of JSON inside JSON,
 * percent encoding, plus signs for spaces, line breaks. Several texts fold to the same one; that is no harm, because
 * needles are folded by the same rules before they are sought.
 */
final class EscapeNormalizer implements ByteSink {
    /** What is being read as a backslash escape. */
    private enum EscapeState {
        NONE,
        /** A backslash, which is dropped. */
        BACKSLASH,
        /** A backslash, u and some of four digits. */
        UNICODE
    }

    private static final boolean[] SPECIAL = new boolean[256];

    static {
        for (var special : new char[] {'\\', '%', '+', '\r', '\n'}) {
            SPECIAL[special] = true;
        }
    }

    private final ByteSink output;
    private EscapeState escape = EscapeState.NONE;
    private int escapeStart;
    private final int[] hexDigits = new int[4];
    private final int[] hexDigitStarts = new int[4];
    private int hexDigitCount;

    /** A high surrogate that waits for its low one; 0 when there is none. */
    private int highSurrogate;

    private int highSurrogateStart;

    /** A percent sign is being read, and perhaps one digit after it ({@code digit}, else 0). */
    private boolean inPercent;

    private int percentStart;
    private int percentEnd;
    private int percentDigit;
    private int percentDigitStart;
    private int percentDigitEnd;

    /** The end of the last byte taken. */
    private int lastEnd;

    EscapeNormalizer(ByteSink plain) {
        this.output = plain;
    }

    /** The folded form of a text; the caller wipes it. */
    static byte[] normalize(byte[] text) {
        var collected = new byte[text.length];
        var length = new int[1];
        var fold = new EscapeNormalizer((octet, from, to) -> collected[length[0]++] = (byte) octet);
        for (var at = 0; at < text.length; at++) {
            fold.accept(text[at] & 0xFF, at, at + 1);
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

    /** Whether {@link #accept} would do nothing but hand this byte on. */
    boolean isPassThrough(int octet) {
        return escape == EscapeState.NONE && !inPercent && highSurrogate == 0 && !SPECIAL[octet];
    }

    @Override
    public void accept(int octet, int from, int to) {
        switch (escape) {
            case NONE -> acceptUnescaped(octet, from, to);
            case BACKSLASH -> acceptAfterBackslash(octet, to);
            case UNICODE -> acceptUnicodeDigit(octet, from, to);
        }
        lastEnd = to;
    }

    /** The text is over: what was held back is what it looked like. */
    void finish() {
        if (escape == EscapeState.UNICODE) {
            releaseUnicode();
        }
        escape = EscapeState.NONE;
        releasePercent();
        releaseHighSurrogate();
    }

    private void acceptAfterBackslash(int octet, int to) {
        if (octet == '\\') {
            return;
        }
        if (octet == 'u') {
            escape = EscapeState.UNICODE;
            hexDigitCount = 0;
            return;
        }
        escape = EscapeState.NONE;
        var meaning = DecodingScanner.unescape(octet);
        acceptUnescaped(meaning == 0 ? octet : meaning, escapeStart, to);
    }

    private void acceptUnicodeDigit(int octet, int from, int to) {
        if (!isHex(octet)) {
            releaseUnicode();
            accept(octet, from, to);
            return;
        }
        hexDigits[hexDigitCount] = octet;
        hexDigitStarts[hexDigitCount] = from;
        hexDigitCount++;
        if (hexDigitCount == hexDigits.length) {
            escape = EscapeState.NONE;
            var code = 0;
            for (var hex : hexDigits) {
                code = (code << 4) | Character.digit(hex, 16);
            }
            acceptCodeUnit(code, to);
        }
    }

    private void acceptCodeUnit(int code, int to) {
        if (code < 0x80) {
            acceptUnescaped(code, escapeStart, to);
            return;
        }
        releasePercent();
        if (highSurrogate != 0 && Character.isLowSurrogate((char) code)) {
            var codePoint = Character.toCodePoint((char) highSurrogate, (char) code);
            highSurrogate = 0;
            output.acceptCodePoint(codePoint, highSurrogateStart, to);
            return;
        }
        releaseHighSurrogate();
        if (Character.isHighSurrogate((char) code)) {
            highSurrogate = code;
            highSurrogateStart = escapeStart;
        } else {
            output.acceptCodePoint(code, escapeStart, to);
        }
    }

    /** A byte of which no backslash escape is left. */
    private void acceptUnescaped(int octet, int from, int to) {
        if (inPercent && isHex(octet)) {
            acceptPercentDigit(octet, from, to);
            return;
        }
        if (octet == '\\') {
            escape = EscapeState.BACKSLASH;
            escapeStart = from;
            return;
        }
        releasePercent();
        if (octet == '%') {
            inPercent = true;
            percentStart = from;
            percentEnd = to;
        } else if (octet != '\r' && octet != '\n') {
            emit(octet == '+' ? ' ' : octet, from, to);
        }
    }

    /** {@code %2541} is {@code A} encoded twice: a percent sign that comes out goes in again. */
    private void acceptPercentDigit(int octet, int from, int to) {
        if (percentDigit == 0) {
            percentDigit = octet;
            percentDigitStart = from;
            percentDigitEnd = to;
        } else {
            var value = (Character.digit(percentDigit, 16) << 4) | Character.digit(octet, 16);
            inPercent = false;
            percentDigit = 0;
            acceptUnescaped(value, percentStart, to);
        }
    }

    private void emit(int octet, int from, int to) {
        releaseHighSurrogate();
        output.accept(octet, from, to);
    }

    /** It was no escape after all. */
    private void releaseUnicode() {
        escape = EscapeState.NONE;
        var held = hexDigitCount;
        acceptUnescaped('u', escapeStart, held == 0 ? lastEnd : hexDigitStarts[0]);
        for (var at = 0; at < held; at++) {
            acceptUnescaped(hexDigits[at], hexDigitStarts[at], at + 1 < held ? hexDigitStarts[at + 1] : lastEnd);
        }
    }

    /** It was no percent encoding after all. */
    private void releasePercent() {
        if (!inPercent) {
            return;
        }
        inPercent = false;
        var held = percentDigit;
        percentDigit = 0;
        emit('%', percentStart, held == 0 ? percentEnd : percentDigitStart);
        if (held != 0) {
            emit(held, percentDigitStart, percentDigitEnd);
        }
    }

    private void releaseHighSurrogate() {
        if (highSurrogate != 0) {
            var alone = highSurrogate;
            highSurrogate = 0;
            output.acceptCodePoint(alone, highSurrogateStart, lastEnd);
        }
    }

    private static boolean isHex(int octet) {
        return octet < 0x80 && Character.digit(octet, 16) >= 0;
    }
}
