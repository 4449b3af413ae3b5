package com.kruxos.bench;

import java.io.IOException;

/** A server called without the appliance. */
interface DirectServer extends AutoCloseable {
    BenchSession session(int session) throws IOException;

    @Override
    void close();
}
