package com.kruxos.os;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** The read end of a pipe whose write end is passed to another process. Closes itself at the end of the stream. */
public final class ReadPipe extends InputStream {
    private static final int O_CLOEXEC = 0x80000;

    private final FileInputStream readEnd;

    /** Guarded by this; −1 once closed. */
    private int writeEnd;

    private ReadPipe(FileInputStream readEnd, int writeEnd) {
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
    }

    /** A new pipe; empty on systems other than Linux and when no descriptor is left. */
    public static Optional<ReadPipe> open() {
        if (!SystemInfo.isLinux()) {
            return Optional.empty();
        }
        try (var arena = Arena.ofConfined()) {
            var ends = arena.allocate(ValueLayout.JAVA_INT, 2);
            if (CLibrary.pipe2(ends, O_CLOEXEC) != 0) {
                return Optional.empty();
            }
            var readEnd = ends.getAtIndex(ValueLayout.JAVA_INT, 0);
            var writeEnd = ends.getAtIndex(ValueLayout.JAVA_INT, 1);
            try {
                // FileInputStream takes a path only, and opens the end again; the first descriptor is closed below.
                return Optional.of(new ReadPipe(new FileInputStream("/proc/self/fd/" + readEnd), writeEnd));
            } catch (IOException e) {
                CLibrary.close(writeEnd);
                return Optional.empty();
            } finally {
                CLibrary.close(readEnd);
            }
        }
    }

    synchronized int writeEnd() {
        return writeEnd;
    }

    /** Closes our own descriptor of the write end; while it is open, the stream has no end. */
    public synchronized void closeWriteEnd() {
        if (writeEnd >= 0) {
            CLibrary.close(writeEnd);
            writeEnd = -1;
        }
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        var count = readEnd.read(into, from, length);
        if (count < 0) {
            close();
        }
        return count;
    }

    @Override
    public int available() throws IOException {
        return readEnd.available();
    }

    @Override
    public void close() throws IOException {
        closeWriteEnd();
        readEnd.close();
    }
}
