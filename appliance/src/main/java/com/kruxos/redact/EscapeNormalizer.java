package com.kruxos.redact;

import com.kruxos.vault.Wipe;
import java.util.Arrays;

/**
 * Decodes a text to a normal form, for any level of nesting: backslash escapes of JSON inside JSON, percent encoding,
 * plus signs for spaces, line breaks. Different texts may have the same normal form. Patterns are normalized by the
 * same rules before they are searched for.
 */
final class EscapeNormalizer implements ByteSink {
    /** The part of a backslash escape that has been read. */
    private enum EscapeState {
        NONE,
        /** A backslash. */
        BACKSLASH,
        /** A backslash, {@code u} and some of four digits. */
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

    /** A high surrogate before its low surrogate; 0 if none is pending. */
    private int highSurrogate;

    private int highSurrogateStart;

    /** A percent sign has been read, and possibly one digit, {@code digit}. */
    private boolean inPercent;

    private int percentStart;
    private int percentEnd;
    private int percentDigit;
    private int percentDigitStart;
    private int percentDigitEnd;

    /** The end of the last byte accepted. */
    private int lastEnd;

    EscapeNormalizer(ByteSink plain) {
        this.output = plain;
    }

    /** The normal form of a text; the caller wipes it. */
    static byte[] normalize(byte[] text) {
        var collected = new byte[text.length];
        var length = new int[1];
        var normalizer = new EscapeNormalizer((octet, from, to) -> collected[length[0]++] = (byte) octet);
        for (var at = 0; at < text.length; at++) {
            normalizer.accept(text[at] & 0xFF, at, at + 1);
        }
        normalizer.finish();
        var plain = Arrays.copyOf(collected, length[0]);
        Wipe.bytes(collected);
        return plain;
    }

    /** Whether a byte can be part of an encoding. */
    static boolean isSpecial(byte octet) {
        return SPECIAL[octet & 0xFF];
    }

    /** Whether {@link #accept} would only pass this byte on. */
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

    /** Ends the text: an incomplete encoding is passed on as it is. */
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

    /** Accepts a byte outside of backslash escapes. */
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

    /** A decoded byte is accepted again, because {@code %2541} is {@code A} encoded twice. */
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

    /** Passes on an incomplete Unicode escape as it is. */
    private void releaseUnicode() {
        escape = EscapeState.NONE;
        var held = hexDigitCount;
        acceptUnescaped('u', escapeStart, held == 0 ? lastEnd : hexDigitStarts[0]);
        for (var at = 0; at < held; at++) {
            acceptUnescaped(hexDigits[at], hexDigitStarts[at], at + 1 < held ? hexDigitStarts[at + 1] : lastEnd);
        }
    }

    /** Passes on an incomplete percent encoding as it is. */
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
