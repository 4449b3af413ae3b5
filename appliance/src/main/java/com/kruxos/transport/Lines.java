package com.kruxos.transport;

import com.kruxos.rpc.Allowance;
import com.kruxos.rpc.Growing;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into lines, as bytes. A line that lies in one read is copied once; of a longer one the start is kept
 * until its end comes, at most as many bytes as one line may have. What is longer is read to its end and dropped.
 */
final class Lines {
    /** What a pipe holds at most by default; also big enough for the JDK to read into it directly. */
    private static final int READ = 64 << 10;

    /** How long a long line may wait for memory. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final InputStream in;
    private final int longest;
    private final Growing start;
    private @Nullable Excess excess;

    Lines(InputStream in, Allowance lines) {
        this.in = in;
        this.longest = lines.longest();
        this.start = lines.growing(PATIENCE);
    }

    /** What is done with what was read. */
    interface Sink {
        /** A line, without its LF or CRLF. */
        void line(byte[] line);

        /** A line was too long, or there was no memory for it, and it has ended. */
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
            if (excess != null || !start.add(buffer, from, length)) {
                exceed(buffer, from, length);
            }
            if (excess != null && excess.endless()) {
                return false;
            }
        }
        return true;
    }

    private void end(byte[] buffer, int from, int to, Sink sink) {
        if (excess == null && start.length() == 0 && to - from <= longest) {
            sink.line(Arrays.copyOfRange(buffer, from, to > from && buffer[to - 1] == '\r' ? to - 1 : to));
        } else if (excess == null && start.add(buffer, from, to)) {
            sink.line(start.take(start.endsWith('\r') ? start.length() - 1 : start.length()));
        } else {
            var whole = exceed(buffer, from, to);
            excess = null;
            sink.dropped(whole);
        }
    }

    private Excess exceed(byte[] buffer, int from, int to) {
        var over = excess;
        if (over == null) {
            over = new Excess(longest, start);
            excess = over;
        }
        over.add(buffer, from, to);
        return over;
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
