package com.kruxos.os;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * The writing end of a pipe that can say "full" instead of making the writer wait; Java's own streams to a child
 * cannot. For several threads, but what two of them write at a time may mix: callers take turns.
 */
public final class WritePipe extends OutputStream {
    // Linux numbers, the same on every processor Java 25 runs on.
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final short POLLOUT = 4;
    private static final int POLLERR_POLLHUP_POLLNVAL = 8 | 16 | 32;

    private static final int MAX_CHUNK = 16 << 10;
    private static final int POLL_MILLIS = 100;

    private final MemorySegment buffer = Arena.ofAuto().allocate(MAX_CHUNK);
    private final MemorySegment pollDescriptor =
            Arena.ofAuto().allocate(8, 4); // struct pollfd: int fd, short events, revents

    // Both guarded by this object; −1 once closed, so that a number the system has given away again is never used.
    private int writeEnd;
    private int readEnd;

    private WritePipe(int reading, int writing) {
        this.readEnd = reading;
        this.writeEnd = writing;
        pollDescriptor.set(ValueLayout.JAVA_INT, 0, writing);
        pollDescriptor.set(ValueLayout.JAVA_SHORT, 4, POLLOUT);
    }

    /** A new pipe; empty on systems other than Linux and when the system has no descriptor left. */
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
     * The reading end as a file, to give to a child as its input. Opening it anew gives the child an end that waits in
     * the usual way: not-waiting belongs to an opening, not to the pipe.
     */
    public synchronized File readEndFile() {
        return new File("/proc/self/fd/" + readEnd);
    }

    /**
     * The reading end itself, to be handed to another process. It waits in the usual way then, which the next who reads
     * there expects.
     */
    synchronized int blockingReadEnd() throws IOException {
        if (readEnd < 0 || CLibrary.setFileFlags(readEnd, 0) != 0) {
            throw new IOException("the pipe is closed");
        }
        return readEnd;
    }

    /** Gives up our own hold on the reading end. Until then a child that died would not be noticed by writing. */
    public synchronized void closeReadEnd() {
        if (readEnd >= 0) {
            CLibrary.close(readEnd);
            readEnd = -1;
        }
    }

    /** Whether {@link #offer} would take at least 4096 bytes, or all it is given if that is less, at once. */
    public boolean isWritable() throws IOException {
        return poll(0);
    }

    /** Waits a moment until it is ready; true when it is. Meant to be called again and again. */
    public boolean awaitWritable() throws IOException {
        return poll(POLL_MILLIS);
    }

    /** Writes what fits without waiting and says how many bytes that were. */
    public synchronized int offer(byte[] bytes, int from, int length) throws IOException {
        var done = 0;
        while (done < length) {
            var step = Math.min(MAX_CHUNK, length - done);
            MemorySegment.copy(bytes, from + done, buffer, ValueLayout.JAVA_BYTE, 0, step);
            var written = writeEnd < 0 ? -1 : CLibrary.write(writeEnd, buffer, step);
            if (written <= 0) {
                poll(0); // throws when the reader is gone; else the pipe is merely full
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
        var answers = CLibrary.poll(pollDescriptor, millis);
        var answer = pollDescriptor.get(ValueLayout.JAVA_SHORT, 6);
        if (answers > 0 && (answer & POLLERR_POLLHUP_POLLNVAL) != 0) {
            throw new IOException("nobody reads the pipe any more");
        }
        return answers > 0 && (answer & POLLOUT) != 0;
    }
}
