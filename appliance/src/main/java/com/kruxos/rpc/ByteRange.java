package com.kruxos.rpc;

/** Where a JSON value stands in a frame: bytes {@code from} (its first) to {@code to} (behind its last). */
public record ByteRange(int from, int to) {
    public int length() {
        return to - from;
    }
}
