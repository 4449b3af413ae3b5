package com.kruxos.rpc;

/** The definition of one tool, prompt, resource or template: the bytes its server sent, and the members we use. */
public final class FeatureDefinition {
    private final byte[] json;
    private final ByteRange keySpan;
    private final String key;
    private final String title;
    private final String description;

    FeatureDefinition(byte[] json, ByteRange keyAt, String key, String title, String description) {
        this.json = json;
        this.keySpan = keyAt;
        this.key = key;
        this.title = title;
        this.description = description;
    }

    /** In bytes. */
    public int length() {
        return json.length;
    }

    public byte[] json() {
        return json.clone();
    }

    /** The name, URI or URI template. */
    public String key() {
        return key;
    }

    public String title() {
        return title;
    }

    public String description() {
        return description;
    }

    /** The definition with another name and otherwise unchanged. */
    public byte[] withName(String name) {
        return new Splice(json)
                .replace(keySpan, JsonRpcWriter.quoteToBytes(name))
                .toByteArray();
    }
}
