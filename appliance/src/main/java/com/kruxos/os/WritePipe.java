package com.kruxos.os;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * The non-blocking write end of a pipe; Java's own streams to a child always block. Thread-safe, but bytes written by
 * two threads at once may interleave, so callers take turns.
 */
public final class WritePipe extends OutputStream {
    // Linux constants, the same on x86-64 and AArch64.
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final short POLLOUT = 4;
    private static final int POLLERR_POLLHUP_POLLNVAL = 8 | 16 | 32;

    private static final int MAX_CHUNK = 16 << 10;
    private static final int POLL_MILLIS = 100;

    private final MemorySegment buffer = Arena.ofAuto().allocate(MAX_CHUNK);
    private final MemorySegment pollDescriptor =
            Arena.ofAuto().allocate(8, 4); // struct pollfd: int fd, short events, revents

    // Guarded by this; −1 once closed, because the system may have reused the number.
    private int writeEnd;
    private int readEnd;

    private WritePipe(int readEnd, int writeEnd) {
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
        pollDescriptor.set(ValueLayout.JAVA_INT, 0, writeEnd);
        pollDescriptor.set(ValueLayout.JAVA_SHORT, 4, POLLOUT);
    }

    /** A new pipe; empty on systems other than Linux and when no descriptor is left. */
    public static Optional<WritePipe> open() {
        if (!SystemInfo.isLinux()) {
            return Optional.empty();
        }
        try (var arena = Arena.ofConfined()) {
            var ends = arena.allocate(ValueLayout.JAVA_INT, 2);
            return CLibrary.pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0
                    ? Optional.of(new WritePipe(
                            ends.getAtIndex(ValueLayout.JAVA_INT, 0), ends.getAtIndex(ValueLayout.JAVA_INT, 1)))
                    : Optional.empty();
        }
    }

    /**
     * The read end as a file, for a child's input. The child opens it again and so gets a blocking read end: O_NONBLOCK
     * belongs to the open file description, not to the pipe.
     */
    public synchronized File readEndFile() {
        return new File("/proc/self/fd/" + readEnd);
    }

    /** The descriptor of the read end, to pass to another process; made blocking, as programs expect of their input. */
    synchronized int blockingReadEnd() throws IOException {
        if (readEnd < 0 || CLibrary.setFileFlags(readEnd, 0) != 0) {
            throw new IOException("the pipe is closed");
        }
        return readEnd;
    }

    /** Closes our own descriptor of the read end; while it is open, a write does not fail when the child has died. */
    public synchronized void closeReadEnd() {
        if (readEnd >= 0) {
            CLibrary.close(readEnd);
            readEnd = -1;
        }
    }

    /** Whether {@link #offer} would write at least 4096 bytes (PIPE_BUF), or all bytes if there are fewer. */
    public boolean isWritable() throws IOException {
        return poll(0);
    }

    /** Waits up to 100 ms until it is writable; false after that time. */
    public boolean awaitWritable() throws IOException {
        return poll(POLL_MILLIS);
    }

    /** Writes what fits without blocking and returns the number of bytes. */
    public synchronized int offer(byte[] bytes, int from, int length) throws IOException {
        var done = 0;
        while (done < length) {
            var step = Math.min(MAX_CHUNK, length - done);
            MemorySegment.copy(bytes, from + done, buffer, ValueLayout.JAVA_BYTE, 0, step);
            var written = writeEnd < 0 ? -1 : CLibrary.write(writeEnd, buffer, step);
            if (written <= 0) {
                poll(0); // throws when no reader is left; otherwise the pipe is full
                return done;
            }
            done += written;
        }
        return done;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        var done = 0;
        while (done < length) {
            done += offer(bytes, from + done, length - done);
            if (done < length) {
                awaitWritable();
            }
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void close() {
        closeReadEnd();
        if (writeEnd >= 0) {
            CLibrary.close(writeEnd);
            writeEnd = -1;
        }
    }

    private synchronized boolean poll(int millis) throws IOException {
        if (writeEnd < 0) {
            throw new IOException("the pipe is closed");
        }
        pollDescriptor.set(ValueLayout.JAVA_SHORT, 6, (short) 0);
        var ready = CLibrary.poll(pollDescriptor, millis);
        var events = pollDescriptor.get(ValueLayout.JAVA_SHORT, 6);
        if (ready > 0 && (events & POLLERR_POLLHUP_POLLNVAL) != 0) {
            throw new IOException("the pipe has no reader");
        }
        return ready > 0 && (events & POLLOUT) != 0;
    }
}
