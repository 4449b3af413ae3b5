package com.kruxos.rpc;

import org.jspecify.annotations.Nullable;

/** The bytes of one message and the spans of its members. */
public final class RawMessage {
    private final byte[] bytes;

    @Nullable
    final ByteRange idSpan;

    @Nullable
    final ByteRange methodSpan;

    /** The {@code result} or {@code error} of a reply. */
    @Nullable
    final ByteRange payloadSpan;

    RawMessage(byte[] bytes, @Nullable ByteRange id, @Nullable ByteRange method, @Nullable ByteRange payload) {
        this.bytes = bytes;
        this.idSpan = id;
        this.methodSpan = method;
        this.payloadSpan = payload;
    }

    /** The whole message as received. Shared, not copied. */
    public byte[] bytes() {
        return bytes;
    }

    public @Nullable ByteRange idSpan() {
        return idSpan;
    }

    public @Nullable ByteRange methodSpan() {
        return methodSpan;
    }

    public @Nullable ByteRange payloadSpan() {
        return payloadSpan;
    }
}
