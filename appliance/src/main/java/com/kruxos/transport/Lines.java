package com.kruxos.transport;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into lines, as bytes. A line that lies in one read is copied once; of a longer one the start is kept
 * until its end comes, at most as many bytes as one line may have. What is longer is read to its end and dropped.
 */
final class Lines {
    /** What a pipe holds at most by default; also big enough for the JDK to read into it directly. */
    private static final int READ = 64 << 10;

    private final InputStream in;
    private final int longest;
    private byte[] start = {};
    private int kept;
    private @Nullable Excess excess;

    Lines(InputStream in, int longest) {
        this.in = in;
        this.longest = longest;
    }

    /** What is done with what was read. */
    interface Sink {
        /** A line, without its LF or CRLF. */
        void line(byte[] line);

        /** A line was too long, and has ended. */
        void dropped(Excess line);
    }

    /** Reads to the end. False when a line has none: then the rest is unread. An unfinished last line is dropped. */
    boolean forEach(Sink sink) throws IOException {
        var buffer = new byte[READ];
        int length;
        while ((length = in.read(buffer)) >= 0) {
            var from = 0;
            for (var end = lineEnd(buffer, from, length); end >= 0; end = lineEnd(buffer, from, length)) {
                end(buffer, from, end, sink);
                from = end + 1;
            }
            if (tooLong(length - from)) {
                exceed(buffer, from, length);
            } else {
                keep(buffer, from, length);
            }
            if (excess != null && excess.endless()) {
                return false;
            }
        }
        return true;
    }

    private boolean tooLong(int more) {
        return excess != null || more > longest - kept;
    }

    private void end(byte[] buffer, int from, int to, Sink sink) {
        if (tooLong(to - from)) {
            var whole = exceed(buffer, from, to);
            excess = null;
            sink.dropped(whole);
        } else {
            sink.line(finish(buffer, from, to));
        }
    }

    private Excess exceed(byte[] buffer, int from, int to) {
        var over = excess;
        if (over == null) {
            over = new Excess(longest);
            over.add(start, 0, kept);
            start = new byte[0];
            kept = 0;
            excess = over;
        }
        over.add(buffer, from, to);
        return over;
    }

    /**
     * Keeps a piece. Room doubles, up to the longest line: a child that writes single bytes costs no more than others.
     */
    private void keep(byte[] buffer, int from, int to) {
        var needed = kept + to - from;
        if (needed > start.length) {
            start = Arrays.copyOf(start, (int) Math.max(needed, Math.min(longest, 2L * start.length)));
        }
        System.arraycopy(buffer, from, start, kept, to - from);
        kept = needed;
    }

    private byte[] finish(byte[] buffer, int from, int to) {
        if (kept == 0) {
            return withoutReturn(buffer, from, to);
        }
        keep(buffer, from, to);
        var line = withoutReturn(start, 0, kept);
        kept = 0;
        if (start.length > READ) {
            start = new byte[0];
        }
        return line;
    }

    private static byte[] withoutReturn(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to > from && bytes[to - 1] == '\r' ? to - 1 : to);
    }

    private static int lineEnd(byte[] buffer, int from, int to) {
        for (var i = from; i < to; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}
