package com.kruxos.vault;

/** Accepts a text byte by byte, each with the range {@code from..to} of the input it was decoded from. */
@FunctionalInterface
interface Octets {
    void take(int octet, int from, int to);

    /** Accepts the UTF-8 bytes of a code point; a lone surrogate is encoded with three bytes. */
    default void takeCharacter(int codePoint, int from, int to) {
        if (codePoint < 0x80) {
            take(codePoint, from, to);
        } else if (codePoint < 0x800) {
            take(0xC0 | (codePoint >> 6), from, to);
            take(0x80 | (codePoint & 0x3F), from, to);
        } else if (codePoint < 0x10000) {
            take(0xE0 | (codePoint >> 12), from, to);
            take(0x80 | ((codePoint >> 6) & 0x3F), from, to);
            take(0x80 | (codePoint & 0x3F), from, to);
        } else {
            take(0xF0 | (codePoint >> 18), from, to);
            take(0x80 | ((codePoint >> 12) & 0x3F), from, to);
            take(0x80 | ((codePoint >> 6) & 0x3F), from, to);
            take(0x80 | (codePoint & 0x3F), from, to);
        }
    }
}
