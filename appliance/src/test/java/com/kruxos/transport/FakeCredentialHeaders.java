package com.kruxos.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.kruxos.egress.CredentialHeaders;
import com.kruxos.egress.HeaderLease;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** Leases one header, and counts leases and releases. */
final class FakeCredentialHeaders implements CredentialHeaders {
    final AtomicInteger leased = new AtomicInteger();
    final AtomicInteger released = new AtomicInteger();
    private final String name;
    volatile String value;

    FakeCredentialHeaders(String value) {
        this("Authorization", value);
    }

    FakeCredentialHeaders(String name, String value) {
        this.name = name;
        this.value = value;
    }

    @Override
    public HeaderLease lease() {
        leased.incrementAndGet();
        var bytes = value.getBytes(ISO_8859_1);
        return new HeaderLease() {
            @Override
            public void forEach(BiConsumer<String, byte[]> header) {
                header.accept(name, bytes);
            }

            @Override
            public void close() {
                Arrays.fill(bytes, (byte) 0);
                released.incrementAndGet();
            }
        };
    }
}
