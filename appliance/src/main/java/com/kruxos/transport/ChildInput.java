package com.kruxos.transport;

import com.kruxos.os.WritePipe;
import java.io.IOException;
import java.io.OutputStream;

/** A child's input as its one writer of the moment sees it. */
interface ChildInput {
    /** Whether {@link #write} will take something now. */
    boolean isWritable() throws IOException;

    /** Writes what can be written now and says how many bytes that were. */
    int write(byte[] bytes, int from, int length) throws IOException;

    /** Waits a while until it is ready. Only for the thread that may wait. */
    void awaitWritable() throws IOException;

    static ChildInput of(OutputStream stream) {
        return stream instanceof WritePipe pipe ? new PipeInput(pipe) : new StreamInput(stream);
    }

    /** Can say that it is full, so any thread may write. */
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

    /** Only knows how to wait, so it is ready only for the thread that may: once after each {@link #awaitWritable}. */
    final class StreamInput implements ChildInput {
        private final OutputStream stream;
        private boolean mayWait;

        StreamInput(OutputStream stream) {
            this.stream = stream;
        }

        @Override
        public boolean isWritable() {
            var ready = mayWait;
            mayWait = false;
            return ready;
        }

        @Override
        public int write(byte[] bytes, int from, int length) throws IOException {
            stream.write(bytes, from, length);
            stream.flush();
            return length;
        }

        @Override
        public void awaitWritable() {
            mayWait = true;
        }
    }
}
