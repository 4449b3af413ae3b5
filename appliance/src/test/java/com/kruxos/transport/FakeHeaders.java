package com.kruxos.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** Lends a header, and counts what is lent and given back. */
final class FakeHeaders implements Headers {
    final AtomicInteger lent = new AtomicInteger();
    final AtomicInteger back = new AtomicInteger();
    private final String name;
    volatile String value;

    FakeHeaders(String value) {
        this("Authorization", value);
    }

    FakeHeaders(String name, String value) {
        this.name = name;
        this.value = value;
    }

    @Override
    public Lending lend() {
        lent.incrementAndGet();
        var bytes = value.getBytes(ISO_8859_1);
        return new Lending() {
            @Override
            public void forEach(BiConsumer<String, byte[]> header) {
                header.accept(name, bytes);
            }

            @Override
            public void close() {
                Arrays.fill(bytes, (byte) 0);
                back.incrementAndGet();
            }
        };
    }
}
