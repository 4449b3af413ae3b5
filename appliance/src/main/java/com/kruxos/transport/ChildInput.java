package com.kruxos.transport;

import com.kruxos.os.WritePipe;
import java.io.IOException;
import java.io.OutputStream;

/** The standard input of a child, as its one current writer sees it. */
interface ChildInput {
    /** Whether {@link #write} will write at least some bytes without blocking. */
    boolean isWritable() throws IOException;

    /** Writes what can be written now and returns the number of bytes. */
    int write(byte[] bytes, int from, int length) throws IOException;

    /** Waits up to a fraction of a second until it is writable. For a thread that may block. */
    void awaitWritable() throws IOException;

    static ChildInput of(OutputStream stream) {
        return stream instanceof WritePipe pipe ? new PipeInput(pipe) : new StreamInput(stream);
    }

    /** Never blocks, so any thread may write. */
    record PipeInput(WritePipe pipe) implements ChildInput {
        @Override
        public boolean isWritable() throws IOException {
            return pipe.isWritable();
        }

        @Override
        public int write(byte[] bytes, int from, int length) throws IOException {
            return pipe.offer(bytes, from, length);
        }

        @Override
        public void awaitWritable() throws IOException {
            pipe.awaitWritable();
        }
    }

    /** Always blocks, so it is writable only for the thread that may: once after each {@link #awaitWritable}. */
    final class StreamInput implements ChildInput {
        private final OutputStream stream;
        private boolean mayBlock;

        StreamInput(OutputStream stream) {
            this.stream = stream;
        }

        @Override
        public boolean isWritable() {
            var writable = mayBlock;
            mayBlock = false;
            return writable;
        }

        @Override
        public int write(byte[] bytes, int from, int length) throws IOException {
            stream.write(bytes, from, length);
            stream.flush();
            return length;
        }

        @Override
        public void awaitWritable() {
            mayBlock = true;
        }
    }
}
