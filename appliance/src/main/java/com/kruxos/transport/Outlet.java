package com.kruxos.transport;

import com.kruxos.host.WritePipe;
import java.io.IOException;
import java.io.OutputStream;

/** A child's input as its one writer of the moment sees it. */
interface Outlet {
    /** Whether {@link #write} will take something now. */
    boolean ready() throws IOException;

    /** Writes what can be written now and says how many bytes that were. */
    int write(byte[] bytes, int from, int length) throws IOException;

    /** Waits a while until it is ready. Only for the thread that may wait. */
    void await() throws IOException;

    static Outlet of(OutputStream stream) {
        return stream instanceof WritePipe pipe ? new OfPipe(pipe) : new OfStream(stream);
    }

    /** Can say that it is full, so any thread may write. */
    record OfPipe(WritePipe pipe) implements Outlet {
        @Override
        public boolean ready() throws IOException {
            return pipe.ready();
        }

        @Override
        public int write(byte[] bytes, int from, int length) throws IOException {
            return pipe.offer(bytes, from, length);
        }

        @Override
        public void await() throws IOException {
            pipe.awaitReady();
        }
    }

    /** Only knows how to wait, so it is ready only for the thread that may: once after each {@link #await}. */
    final class OfStream implements Outlet {
        private final OutputStream stream;
        private boolean mayWait;

        OfStream(OutputStream stream) {
            this.stream = stream;
        }

        @Override
        public boolean ready() {
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
        public void await() {
            mayWait = true;
        }
    }
}
