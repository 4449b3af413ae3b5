package com.kruxos.dashboard.page;

import java.util.Arrays;

/** A finished page in UTF-8. One of them shows a key, so closing wipes every one. */
public final class RenderedPage implements AutoCloseable {
    private final byte[] bytes;
    private final int length;

    RenderedPage(byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
    }

    /** The bytes themselves, not a copy; only the first {@link #length()} are the page's. */
    public byte[] array() {
        return bytes;
    }

    public int length() {
        return length;
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }
}
