package com.kruxos.cli.shim;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.IntSupplier;

/** Lines of bytes, each of a bounded length. One thread. */
final class Lines {
    /**
     * One line.
     *
     * @param bytes without its end; of a line that is too long its beginning only
     */
    record Line(Bytes bytes, boolean tooLong) {}

    /** A record may hold no array. */
    static final class Bytes {
        private final byte[] value;

        Bytes(byte[] value) {
            this.value = value;
        }

        byte[] value() {
            return value;
        }
    }

    private final InputStream in;
    private final IntSupplier longest;
    private final byte[] room = new byte[64 << 10];
    private int start;
    private int end;

    /** @param longest how many bytes a line may have; asked when one begins */
    Lines(InputStream in, IntSupplier longest) {
        this.in = in;
        this.longest = longest;
    }

    /** The next line; empty at the end of the input. A last line without an end counts. */
    Optional<Line> next() throws IOException {
        var line = new ByteArrayOutputStream();
        var most = longest.getAsInt();
        var any = false;
        var tooLong = false;
        while (fill()) {
            any = true;
            var stop = start;
            while (stop < end && room[stop] != '\n') {
                stop++;
            }
            var take = Math.min(stop - start, most - line.size());
            tooLong |= take < stop - start;
            line.write(room, start, take);
            var ended = stop < end;
            start = ended ? stop + 1 : stop;
            if (ended) {
                break;
            }
        }
        return any ? Optional.of(new Line(new Bytes(line.toByteArray()), tooLong)) : Optional.empty();
    }

    private boolean fill() throws IOException {
        if (start == end) {
            start = 0;
            end = Math.max(0, in.read(room));
        }
        return start < end;
    }
}
