package com.kruxos.bench;

import java.io.IOException;

/** One session that makes one call after the other. */
interface Caller extends AutoCloseable {
    /** Makes a call and returns when its answer is here. */
    void call(int id) throws IOException;

    @Override
    void close() throws IOException;
}
