package com.kruxos.transport;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads text lines for people: the beginning of each, however long it is, in bounded memory. */
final class StderrReader {
    private static final int BUFFER_SIZE = 8 << 10;

    private final int maxCharacters;
    private final byte[] line;
    private int length;

    /** @param characters how many of a line are kept */
    StderrReader(int characters) {
        this.maxCharacters = characters;
        this.line = new byte[3 * characters]; // no UTF-16 unit needs more than three bytes of UTF-8
    }

    /** Reads to the end. Empty lines are left out; the last one may lack its end. */
    void forEach(InputStream in, Consumer<String> sink) throws IOException {
        var buffer = new byte[BUFFER_SIZE];
        int n;
        while ((n = in.read(buffer)) >= 0) {
            for (var i = 0; i < n; i++) {
                if (buffer[i] == '\n') {
                    flush(sink);
                } else if (length < line.length) {
                    line[length++] = buffer[i];
                }
            }
        }
        flush(sink);
    }

    private void flush(Consumer<String> sink) {
        var text = decode(line, length, maxCharacters).stripTrailing();
        length = 0;
        if (!text.isEmpty()) {
            sink.accept(text);
        }
    }

    /** The first characters of some bytes; what is not UTF-8 becomes U+FFFD. */
    static String decode(byte[] bytes, int length, int characters) {
        var text = new String(bytes, 0, Math.min(length, 3 * characters), StandardCharsets.UTF_8);
        return text.length() <= characters ? text : text.substring(0, characters);
    }
}
