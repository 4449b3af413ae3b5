package com.kruxos.vault;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The ranges of one message that contain secrets, and the message with these ranges replaced. */
final class Cuts {
    private static final byte[] REDACTED = "[redacted]".getBytes(StandardCharsets.US_ASCII);

    private final byte[] message;
    private final List<Cut> cuts = new ArrayList<>();

    private record Cut(int from, int to, boolean quoted) {}

    Cuts(byte[] message) {
        this.message = message;
    }

    boolean isEmpty() {
        return cuts.isEmpty();
    }

    /** Adds a range of a text, extended to whole UTF-8 characters so that the remaining text is valid UTF-8. */
    void add(int from, int to) {
        while (from > 0 && isContinuation(from)) {
            from--;
        }
        while (to < message.length && isContinuation(to)) {
            to++;
        }
        cuts.add(new Cut(from, to, false));
    }

    /** Adds a JSON number, which is replaced by a string. */
    void addNumber(int from, int to) {
        cuts.add(new Cut(from, to, true));
    }

    byte[] applied() {
        cuts.sort(Comparator.comparingInt(Cut::from));
        var out = new ByteArrayOutputStream(message.length);
        var done = 0;
        for (var at = 0; at < cuts.size(); ) {
            var cut = cuts.get(at);
            var to = cut.to;
            // Ranges that overlap or touch are replaced once.
            for (at++; at < cuts.size() && cuts.get(at).from <= to; at++) {
                to = Math.max(to, cuts.get(at).to);
            }
            out.write(message, done, cut.from - done);
            mark(out, cut.quoted);
            done = to;
        }
        out.write(message, done, message.length - done);
        return out.toByteArray();
    }

    private static void mark(ByteArrayOutputStream out, boolean quoted) {
        if (quoted) {
            out.write('"');
        }
        out.writeBytes(REDACTED);
        if (quoted) {
            out.write('"');
        }
    }

    private boolean isContinuation(int at) {
        return (message[at] & 0xC0) == 0x80;
    }
}
