package com.kruxos.bench;

import java.io.IOException;

/** One session that makes one call after the other. */
interface BenchSession extends AutoCloseable {
    /** Makes a call and returns when its answer is here. */
    void call(int id) throws IOException;

    /** Says goodbye as the protocol has it, and closes. */
    default void endSession() throws IOException {
        close();
    }

    @Override
    void close() throws IOException;
}
