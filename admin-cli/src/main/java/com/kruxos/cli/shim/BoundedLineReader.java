package com.kruxos.cli.shim;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.IntSupplier;

/** Lines of bytes, each of a bounded length. One thread. */
final class BoundedLineReader {
    /**
     * One line.
     *
     * @param bytes without its end; of a line that is too long its beginning only
     */
    record InputLine(LineBytes bytes, boolean tooLong) {}

    /** A record may hold no array. */
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

    /** @param longest how many bytes a line may have; asked when one begins */
    BoundedLineReader(InputStream in, IntSupplier longest) {
        this.in = in;
        this.maxLineBytes = longest;
    }

    /** The next line; empty at the end of the input. A last line without an end counts. */
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
