package com.kruxos.egress;

import java.util.function.BiConsumer;

/** Headers with a credential, for one request. Closing wipes what was lent. */
public interface HeaderLease extends AutoCloseable {
    /** Nothing lent. */
    HeaderLease EMPTY = new HeaderLease() {
        @Override
        public void forEach(BiConsumer<String, byte[]> header) {}

        @Override
        public void close() {}
    };

    /**
     * Each header with its value: visible ASCII, spaces and Latin-1. The array stays its owner's, and is read before
     * the consumer returns.
     */
    void forEach(BiConsumer<String, byte[]> header);

    @Override
    void close();
}
