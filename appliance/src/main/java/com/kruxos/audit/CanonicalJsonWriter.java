package com.kruxos.audit;

import java.util.Arrays;

/**
 * Writes canonical JSON (RFC 8785) into a reusable buffer. The caller writes members in the order of their names;
 * strings must be well-formed UTF-16 ({@link BoundedText}). Belongs to one thread.
 */
final class CanonicalJsonWriter {
    /**
     * 2^53 − 1, the largest integer that every JSON reader keeps exact. Integers of larger magnitude are written as
     * strings.
     */
    static final long MAX_SAFE_INTEGER = (1L << 53) - 1;

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private byte[] buffer;
    private int length;

    CanonicalJsonWriter(int capacity) {
        buffer = new byte[capacity];
    }

    /** The letter after the backslash of the short escape for {@code c}; 0 when there is none. */
    static char shortEscape(char c) {
        return switch (c) {
            case '"', '\\' -> c;
            case '\b' -> 'b';
            case '\t' -> 't';
            case '\n' -> 'n';
            case '\f' -> 'f';
            case '\r' -> 'r';
            default -> 0;
        };
    }

    void clear() {
        length = 0;
    }

    byte[] buffer() {
        return buffer;
    }

    int length() {
        return length;
    }

    byte[] copy() {
        return Arrays.copyOf(buffer, length);
    }

    CanonicalJsonWriter raw(byte[] bytes) {
        return raw(bytes, bytes.length);
    }

    CanonicalJsonWriter raw(byte[] bytes, int count) {
        ensureCapacity(count);
        System.arraycopy(bytes, 0, buffer, length, count);
        length += count;
        return this;
    }

    CanonicalJsonWriter raw(char ascii) {
        ensureCapacity(1);
        buffer[length++] = (byte) ascii;
        return this;
    }

    CanonicalJsonWriter hex(byte[] bytes) {
        ensureCapacity(2 * bytes.length);
        for (var b : bytes) {
            buffer[length++] = HEX[b >> 4 & 15];
            buffer[length++] = HEX[b & 15];
        }
        return this;
    }

    /** Writes an integer; as a string beyond {@link #MAX_SAFE_INTEGER}. */
    CanonicalJsonWriter integer(long value) {
        if (value < -MAX_SAFE_INTEGER || value > MAX_SAFE_INTEGER) {
            return string(Long.toString(value));
        }
        return writeDigits(value);
    }

    CanonicalJsonWriter string(String text) {
        // Most strings need no escapes; reserving six bytes for every character would be most of the garbage of a
        // record.
        ensureCapacity((isPlain(text) ? 1 : 6) * text.length() + 2);
        var to = buffer;
        var at = length;
        to[at++] = '"';
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c < 0x80) {
                at = c >= 0x20 && c != '"' && c != '\\' ? writePlain(to, at, c) : writeEscaped(to, at, c);
            } else if (c < 0x800) {
                to[at++] = (byte) (0xC0 | c >> 6);
                to[at++] = continuationByte(c);
            } else if (Character.isHighSurrogate(c)) {
                var point = Character.toCodePoint(c, text.charAt(++i));
                to[at++] = (byte) (0xF0 | point >> 18);
                to[at++] = continuationByte(point >> 12);
                to[at++] = continuationByte(point >> 6);
                to[at++] = continuationByte(point);
            } else {
                to[at++] = (byte) (0xE0 | c >> 12);
                to[at++] = continuationByte(c >> 6);
                to[at++] = continuationByte(c);
            }
        }
        to[at++] = '"';
        length = at;
        return this;
    }

    private static boolean isPlain(String text) {
        for (var i = 0; i < text.length(); i++) {
            if (BoundedText.jsonSize(text.charAt(i)) != 1) {
                return false;
            }
        }
        return true;
    }

    private CanonicalJsonWriter writeDigits(long value) {
        ensureCapacity(20);
        var left = Math.abs(value);
        var digits = 1;
        for (var bound = 10L; digits < 16 && left >= bound; bound *= 10) {
            digits++;
        }
        if (value < 0) {
            buffer[length++] = '-';
        }
        for (var at = length + digits - 1; at >= length; at--) {
            buffer[at] = (byte) ('0' + left % 10);
            left /= 10;
        }
        length += digits;
        return this;
    }

    private static int writePlain(byte[] to, int at, char c) {
        to[at] = (byte) c;
        return at + 1;
    }

    /** A UTF-8 continuation byte with the lowest six bits of {@code bits}. */
    private static byte continuationByte(int bits) {
        return (byte) (0x80 | (bits & 63));
    }

    private static int writeEscaped(byte[] to, int at, char c) {
        to[at++] = '\\';
        var letter = shortEscape(c);
        if (letter != 0) {
            to[at++] = (byte) letter;
            return at;
        }
        to[at++] = 'u';
        to[at++] = '0';
        to[at++] = '0';
        to[at++] = HEX[c >> 4];
        to[at++] = HEX[c & 15];
        return at;
    }

    private void ensureCapacity(int more) {
        if (buffer.length - length < more) {
            buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, length + more));
        }
    }
}
