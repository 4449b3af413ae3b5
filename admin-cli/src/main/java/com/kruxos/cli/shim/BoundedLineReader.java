package com.kruxos.cli.shim;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.IntSupplier;

/** Reads lines of bytes with a length limit. One thread. */
final class BoundedLineReader {
    /**
     * One line.
     *
     * @param bytes without the line end; only the first part if the line is too long
     */
    record InputLine(LineBytes bytes, boolean tooLong) {}

    /** Wraps the array, because record components must not be arrays. */
    static final class LineBytes {
        private final byte[] value;

        LineBytes(byte[] value) {
            this.value = value;
        }

        byte[] value() {
            return value;
        }
    }

    private final InputStream in;
    private final IntSupplier maxLineBytes;
    private final byte[] buffer = new byte[64 << 10];
    private int start;
    private int end;

    /** @param longest the length limit in bytes, read at the start of each line */
    BoundedLineReader(InputStream in, IntSupplier longest) {
        this.in = in;
        this.maxLineBytes = longest;
    }

    /** The next line; empty at the end of the input. The last line needs no line end. */
    Optional<InputLine> readLine() throws IOException {
        var line = new ByteArrayOutputStream();
        var most = maxLineBytes.getAsInt();
        var any = false;
        var tooLong = false;
        while (fill()) {
            any = true;
            var stop = start;
            while (stop < end && buffer[stop] != '\n') {
                stop++;
            }
            var take = Math.min(stop - start, most - line.size());
            tooLong |= take < stop - start;
            line.write(buffer, start, take);
            var ended = stop < end;
            start = ended ? stop + 1 : stop;
            if (ended) {
                break;
            }
        }
        return any ? Optional.of(new InputLine(new LineBytes(line.toByteArray()), tooLong)) : Optional.empty();
    }

    private boolean fill() throws IOException {
        if (start == end) {
            start = 0;
            end = Math.max(0, in.read(buffer));
        }
        return start < end;
    }
}
