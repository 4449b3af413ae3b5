package com.kruxos.egress;

import java.util.function.BiConsumer;

/** Headers that carry a credential, for one request. {@link #close} wipes the values. */
public interface HeaderLease extends AutoCloseable {
    HeaderLease EMPTY = new HeaderLease() {
        @Override
        public void forEach(BiConsumer<String, byte[]> header) {}

        @Override
        public void close() {}
    };

    /**
     * Passes each header name and value: visible ASCII, spaces and Latin-1. The array still belongs to the lease; the
     * consumer reads it before it returns.
     */
    void forEach(BiConsumer<String, byte[]> header);

    @Override
    void close();
}
