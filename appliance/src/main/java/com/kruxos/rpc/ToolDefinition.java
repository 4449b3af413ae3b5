package com.kruxos.rpc;

/** One tool as its server described it: the bytes as they came, and the few words we read of them. */
public final class ToolDefinition {
    private final byte[] json;
    private final Span nameAt;
    private final String name;
    private final String title;
    private final String description;

    ToolDefinition(byte[] json, Span nameAt, String name, String title, String description) {
        this.json = json;
        this.nameAt = nameAt;
        this.name = name;
        this.title = title;
        this.description = description;
    }

    public byte[] json() {
        return json.clone();
    }

    public String name() {
        return name;
    }

    public String title() {
        return title;
    }

    public String description() {
        return description;
    }

    /** The definition under another name; everything else as it came. */
    public byte[] named(String other) {
        return new Splice(json).put(nameAt, Replies.quotedBytes(other)).bytes();
    }
}
