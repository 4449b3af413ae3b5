package com.kruxos.transport;

import java.io.IOException;
import java.io.InputStream;

/** Splits a byte stream into lines at LF. A line arrives in one or more parts. */
final class LineSplitter {
    interface LineParts {
        /** A part of a line, possibly empty, whose end is not read yet. False stops the splitter. */
        boolean onPart(byte[] buffer, int from, int to);

        /** The last part of a line, without the LF. */
        void onLastPart(byte[] buffer, int from, int to);
    }

    private LineSplitter() {}

    /** Reads to the end of the stream; false when {@code parts} stopped it. */
    static boolean split(InputStream in, int bufferSize, LineParts parts) throws IOException {
        var buffer = new byte[bufferSize];
        int length;
        while ((length = in.read(buffer)) >= 0) {
            var from = 0;
            for (var end = indexOfLf(buffer, from, length); end >= 0; end = indexOfLf(buffer, from, length)) {
                parts.onLastPart(buffer, from, end);
                from = end + 1;
            }
            if (!parts.onPart(buffer, from, length)) {
                return false;
            }
        }
        return true;
    }

    private static int indexOfLf(byte[] buffer, int from, int to) {
        for (var i = from; i < to; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}
