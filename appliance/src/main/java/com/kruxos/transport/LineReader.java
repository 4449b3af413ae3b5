package com.kruxos.transport;

import com.kruxos.rpc.BoundedBuffer;
import com.kruxos.rpc.MessageLimits;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into lines, as bytes. A line that lies in one read is copied once; of a longer one the start is kept
 * until its end comes, at most as many bytes as one line may have. What is longer is read to its end and dropped.
 */
final class LineReader {
    /** What a pipe holds at most by default; also big enough for the JDK to read into it directly. */
    private static final int BUFFER_SIZE = 64 << 10;

    /** How long a long line may wait for memory. */
    private static final Duration MEMORY_TIMEOUT = Duration.ofSeconds(3);

    private final InputStream in;
    private final int limit;
    private final BoundedBuffer lineStart;
    private @Nullable OversizedMessage oversized;

    LineReader(InputStream in, MessageLimits lines) {
        this.in = in;
        this.limit = lines.maxBytes();
        this.lineStart = lines.newBuffer(MEMORY_TIMEOUT);
    }

    /** What is done with what was read. */
    interface LineHandler {
        /** A line, without its LF or CRLF. */
        void onLine(byte[] line);

        /** A line was too long, or there was no memory for it, and it has ended. */
        void onOversized(OversizedMessage line);
    }

    /** Reads to the end. False when a line has none: then the rest is unread. An unfinished last line is dropped. */
    boolean forEach(LineHandler sink) throws IOException {
        var buffer = new byte[BUFFER_SIZE];
        int length;
        while ((length = in.read(buffer)) >= 0) {
            var from = 0;
            for (var end = indexOfLineEnd(buffer, from, length); end >= 0; end = indexOfLineEnd(buffer, from, length)) {
                endLine(buffer, from, end, sink);
                from = end + 1;
            }
            if (oversized != null || !lineStart.add(buffer, from, length)) {
                addToOversized(buffer, from, length);
            }
            if (oversized != null && oversized.isUnbounded()) {
                return false;
            }
        }
        return true;
    }

    private void endLine(byte[] buffer, int from, int to, LineHandler sink) {
        if (oversized == null && lineStart.length() == 0 && to - from <= limit) {
            sink.onLine(Arrays.copyOfRange(buffer, from, to > from && buffer[to - 1] == '\r' ? to - 1 : to));
        } else if (oversized == null && lineStart.add(buffer, from, to)) {
            sink.onLine(lineStart.take(lineStart.endsWith('\r') ? lineStart.length() - 1 : lineStart.length()));
        } else {
            var whole = addToOversized(buffer, from, to);
            oversized = null;
            sink.onOversized(whole);
        }
    }

    private OversizedMessage addToOversized(byte[] buffer, int from, int to) {
        var over = oversized;
        if (over == null) {
            over = new OversizedMessage(limit, lineStart);
            oversized = over;
        }
        over.add(buffer, from, to);
        return over;
    }

    private static int indexOfLineEnd(byte[] buffer, int from, int to) {
        for (var i = from; i < to; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}
