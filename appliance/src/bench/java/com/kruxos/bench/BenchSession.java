package com.kruxos.bench;

import java.io.IOException;

/** One session that makes calls one after another. */
interface BenchSession extends AutoCloseable {
    /** Makes a call and waits for the response. */
    void call(int id) throws IOException;

    /** Ends the session as the protocol requires, and closes. */
    default void endSession() throws IOException {
        close();
    }

    @Override
    void close() throws IOException;
}
