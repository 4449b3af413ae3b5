package com.kruxos.redact;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The ranges of one message that contain secrets, and the message with these ranges replaced. */
final class RedactedRanges {
    private static final byte[] MARKER = "[redacted]".getBytes(StandardCharsets.US_ASCII);

    private final byte[] message;
    private final List<RedactedRange> ranges = new ArrayList<>();

    private record RedactedRange(int start, int end, boolean quoted) {}

    RedactedRanges(byte[] message) {
        this.message = message;
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** Adds a range of a text, extended to whole UTF-8 characters so that the remaining text is valid UTF-8. */
    void add(int from, int to) {
        while (from > 0 && isContinuationByte(from)) {
            from--;
        }
        while (to < message.length && isContinuationByte(to)) {
            to++;
        }
        ranges.add(new RedactedRange(from, to, false));
    }

    /** Adds a JSON number, which is replaced by a string. */
    void addNumber(int from, int to) {
        ranges.add(new RedactedRange(from, to, true));
    }

    byte[] apply() {
        ranges.sort(Comparator.comparingInt(RedactedRange::start));
        var out = new ByteArrayOutputStream(message.length);
        var done = 0;
        for (var at = 0; at < ranges.size(); ) {
            var range = ranges.get(at);
            var to = range.end;
            // Ranges that overlap or touch are replaced once.
            for (at++; at < ranges.size() && ranges.get(at).start <= to; at++) {
                to = Math.max(to, ranges.get(at).end);
            }
            out.write(message, done, range.start - done);
            writeMarker(out, range.quoted);
            done = to;
        }
        out.write(message, done, message.length - done);
        return out.toByteArray();
    }

    private static void writeMarker(ByteArrayOutputStream out, boolean quoted) {
        if (quoted) {
            out.write('"');
        }
        out.writeBytes(MARKER);
        if (quoted) {
            out.write('"');
        }
    }

    private boolean isContinuationByte(int at) {
        return (message[at] & 0xC0) == 0x80;
    }
}
