package com.kruxos.cli.json;

/** A stretch of bytes: from {@code start}, up to but not including {@code end}. */
public record ByteSpan(int start, int end) {
    public int length() {
        return end - start;
    }
}
