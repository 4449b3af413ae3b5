package com.kruxos.rpc;

/** The span of a JSON value in a message: from its first byte to the one after its last. */
public record ByteRange(int from, int to) {
    public int length() {
        return to - from;
    }
}
