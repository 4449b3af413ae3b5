package com.kruxos.cli.spans;

/**
 * One member of an object.
 *
 * @param key with its quotes
 */
public record Member(String name, Span key, Span value) {
    public Span whole() {
        return new Span(key.start(), value.end());
    }
}
