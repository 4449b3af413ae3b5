package com.kruxos.dashboard.layout;

/** A file that pages refer to: a style sheet, a script, the icon. Its name changes with its content. */
public final class Asset {
    private final String path;
    private final String contentType;
    private final byte[] bytes;

    Asset(String path, String contentType, byte[] bytes) {
        this.path = path;
        this.contentType = contentType;
        this.bytes = bytes;
    }

    /** Such as {@code /assets/app.3f2a91c0.css}; may be kept by browsers for ever. */
    public String path() {
        return path;
    }

    public String contentType() {
        return contentType;
    }

    /** The bytes themselves, not a copy, and not to be changed. */
    public byte[] bytes() {
        return bytes;
    }
}
