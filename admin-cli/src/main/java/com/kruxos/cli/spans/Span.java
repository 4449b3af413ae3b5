package com.kruxos.cli.spans;

/** A stretch of bytes: from {@code start}, up to but not including {@code end}. */
public record Span(int start, int end) {
    public int length() {
        return end - start;
    }
}
