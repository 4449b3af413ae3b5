package com.kruxos.rpc;

/**
 * One tool, prompt or resource as its server described it: the bytes as they came, and the few words we read of them.
 */
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

    /** What its server calls it: a name, a URI or a URI template. */
    public String key() {
        return key;
    }

    public String title() {
        return title;
    }

    public String description() {
        return description;
    }

    /** The definition under another name; everything else as it came. */
    public byte[] withName(String other) {
        return new Splice(json)
                .replace(keySpan, JsonRpcWriter.quoteToBytes(other))
                .toByteArray();
    }
}
