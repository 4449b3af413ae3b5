package com.kruxos.transport;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads lines of text for people, each truncated, in bounded memory. Empty lines are left out. */
final class StderrReader implements LineSplitter.LineParts {
    private static final int BUFFER_SIZE = 8 << 10;

    private final int maxCharacters;
    private final Consumer<String> sink;
    private final byte[] line;
    private int length;

    private StderrReader(int maxCharacters, Consumer<String> sink) {
        this.maxCharacters = maxCharacters;
        this.sink = sink;
        this.line = new byte[3 * maxCharacters]; // a UTF-16 unit needs at most three bytes of UTF-8
    }

    /** Reads to the end of the stream; the last line may lack its line break. */
    static void readAll(InputStream in, int maxCharacters, Consumer<String> sink) throws IOException {
        var reader = new StderrReader(maxCharacters, sink);
        LineSplitter.split(in, BUFFER_SIZE, reader);
        reader.flush();
    }

    @Override
    public boolean onPart(byte[] buffer, int from, int to) {
        var kept = Math.min(to - from, line.length - length);
        System.arraycopy(buffer, from, line, length, kept);
        length += kept;
        return true;
    }

    @Override
    public void onLastPart(byte[] buffer, int from, int to) {
        onPart(buffer, from, to);
        flush();
    }

    private void flush() {
        var text = decode(line, length, maxCharacters).stripTrailing();
        length = 0;
        if (!text.isEmpty()) {
            sink.accept(text);
        }
    }

    /** The first characters of UTF-8 bytes; invalid bytes become U+FFFD. */
    static String decode(byte[] bytes, int length, int maxCharacters) {
        var text = new String(bytes, 0, Math.min(length, 3 * maxCharacters), StandardCharsets.UTF_8);
        return text.length() <= maxCharacters ? text : text.substring(0, maxCharacters);
    }
}
