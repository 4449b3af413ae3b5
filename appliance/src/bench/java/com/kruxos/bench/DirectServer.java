package com.kruxos.bench;

import java.io.IOException;

/** A server without anything between. */
interface DirectServer extends AutoCloseable {
    /** One of its sessions. */
    BenchSession session(int session) throws IOException;

    @Override
    void close();
}
