package com.kruxos.cli.json;

/**
 * One member of an object.
 *
 * @param key with its quotes
 */
public record JsonMember(String name, ByteSpan key, ByteSpan value) {
    public ByteSpan whole() {
        return new ByteSpan(key.start(), value.end());
    }
}
