package com.kruxos.transport;

import com.kruxos.rpc.BoundedBuffer;
import com.kruxos.rpc.MessageLimits;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines as bytes. A line inside one read is copied once; the start of a longer one is buffered up to the limit.
 * An oversized line is read to its end and dropped.
 */
final class LineReader implements LineSplitter.LineParts {
    /** The default capacity of a pipe; also large enough for the JDK to read into it directly. */
    private static final int BUFFER_SIZE = 64 << 10;

    /** How long a long line may wait for memory. */
    private static final Duration MEMORY_TIMEOUT = Duration.ofSeconds(3);

    interface LineHandler {
        /** A line, without its LF or CRLF. */
        void onLine(byte[] line);

        /** A line was too long, or there was no memory for it. Called at its end. */
        void onOversized(OversizedMessage line);
    }

    private final LineHandler handler;
    private final int limit;
    private final BoundedBuffer lineStart;
    private @Nullable OversizedMessage oversized;

    private LineReader(MessageLimits limits, LineHandler handler) {
        this.handler = handler;
        this.limit = limits.maxBytes();
        this.lineStart = limits.newBuffer(MEMORY_TIMEOUT);
    }

    /** Reads to the end of the stream; an unfinished last line is dropped. False when a line is unbounded. */
    static boolean readAll(InputStream in, MessageLimits limits, LineHandler handler) throws IOException {
        return LineSplitter.split(in, BUFFER_SIZE, new LineReader(limits, handler));
    }

    @Override
    public boolean onPart(byte[] buffer, int from, int to) {
        if (oversized != null || !lineStart.add(buffer, from, to)) {
            addToOversized(buffer, from, to);
        }
        return oversized == null || !oversized.isUnbounded();
    }

    @Override
    public void onLastPart(byte[] buffer, int from, int to) {
        if (oversized == null && lineStart.length() == 0 && to - from <= limit) {
            handler.onLine(Arrays.copyOfRange(buffer, from, to > from && buffer[to - 1] == '\r' ? to - 1 : to));
        } else if (oversized == null && lineStart.add(buffer, from, to)) {
            handler.onLine(lineStart.take(lineStart.endsWith('\r') ? lineStart.length() - 1 : lineStart.length()));
        } else {
            var whole = addToOversized(buffer, from, to);
            oversized = null;
            handler.onOversized(whole);
        }
    }

    private OversizedMessage addToOversized(byte[] buffer, int from, int to) {
        var message = oversized;
        if (message == null) {
            message = new OversizedMessage(limit, lineStart);
            oversized = message;
        }
        message.add(buffer, from, to);
        return message;
    }
}
