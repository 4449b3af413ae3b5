package com.kruxos.redact;

/** Accepts a text byte by byte, each with the range {@code from..to} of the input it was decoded from. */
@FunctionalInterface
interface ByteSink {
    void accept(int octet, int from, int to);

    /** Accepts the UTF-8 bytes of a code point; a lone surrogate is encoded with three bytes. */
    default void acceptCodePoint(int codePoint, int from, int to) {
        if (codePoint < 0x80) {
            accept(codePoint, from, to);
        } else if (codePoint < 0x800) {
            accept(0xC0 | (codePoint >> 6), from, to);
            accept(0x80 | (codePoint & 0x3F), from, to);
        } else if (codePoint < 0x10000) {
            accept(0xE0 | (codePoint >> 12), from, to);
            accept(0x80 | ((codePoint >> 6) & 0x3F), from, to);
            accept(0x80 | (codePoint & 0x3F), from, to);
        } else {
            accept(0xF0 | (codePoint >> 18), from, to);
            accept(0x80 | ((codePoint >> 12) & 0x3F), from, to);
            accept(0x80 | ((codePoint >> 6) & 0x3F), from, to);
            accept(0x80 | (codePoint & 0x3F), from, to);
        }
    }
}
