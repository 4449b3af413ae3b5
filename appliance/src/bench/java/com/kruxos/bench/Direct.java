package com.kruxos.bench;

import java.io.IOException;

/** A server without anything between. */
interface Direct extends AutoCloseable {
    /** One of its sessions. */
    Caller caller(int session) throws IOException;

    @Override
    void close();
}
