package com.kruxos.rpc;

import org.jspecify.annotations.Nullable;

/** The bytes of one message and where its envelope's members stand in them. */
public final class Frame {
    private final byte[] bytes;

    @Nullable
    final Span id;

    @Nullable
    final Span method;

    /** The {@code result} or {@code error} of a reply. */
    @Nullable
    final Span payload;

    Frame(byte[] bytes, @Nullable Span id, @Nullable Span method, @Nullable Span payload) {
        this.bytes = bytes;
        this.id = id;
        this.method = method;
        this.payload = payload;
    }

    /** The whole message as it came: shared, not copied. */
    public byte[] bytes() {
        return bytes;
    }

    public @Nullable Span id() {
        return id;
    }

    public @Nullable Span method() {
        return method;
    }

    public @Nullable Span payload() {
        return payload;
    }
}
