package com.kruxos.os;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** The reading end of a pipe whose other end another process gets. Closes itself when it has been read to its end. */
public final class ReadPipe extends InputStream {
    private static final int O_CLOEXEC = 0x80000;

    private final FileInputStream readEnd;

    /** Guarded by this object; −1 once given up. */
    private int writeEnd;

    private ReadPipe(FileInputStream reading, int writing) {
        this.readEnd = reading;
        this.writeEnd = writing;
    }

    /** A new pipe; empty on systems other than Linux and when the system has no descriptor left. */
    public static Optional<ReadPipe> open() {
        if (!SystemInfo.isLinux()) {
            return Optional.empty();
        }
        try (var arena = Arena.ofConfined()) {
            var ends = arena.allocate(ValueLayout.JAVA_INT, 2);
            if (CLibrary.pipe2(ends, O_CLOEXEC) != 0) {
                return Optional.empty();
            }
            var reading = ends.getAtIndex(ValueLayout.JAVA_INT, 0);
            var writing = ends.getAtIndex(ValueLayout.JAVA_INT, 1);
            try {
                // Java's own stream takes a path; the first hold on this end is then one too many.
                return Optional.of(new ReadPipe(new FileInputStream("/proc/self/fd/" + reading), writing));
            } catch (IOException e) {
                CLibrary.close(writing);
                return Optional.empty();
            } finally {
                CLibrary.close(reading);
            }
        }
    }

    synchronized int writeEnd() {
        return writeEnd;
    }

    /** Gives up our own hold on the writing end. Until then there is no end of it. */
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
