package com.kruxos.dashboard.layout;

/** A static file of the dashboard. Its path contains a hash of its content. */
public final class Asset {
    private final String path;
    private final String contentType;
    private final byte[] bytes;

    Asset(String path, String contentType, byte[] bytes) {
        this.path = path;
        this.contentType = contentType;
        this.bytes = bytes;
    }

    /** Such as {@code /assets/app.3f2a91c0.css}; browsers may cache it forever. */
    public String path() {
        return path;
    }

    public String contentType() {
        return contentType;
    }

    /** Not a copy; read only. */
    public byte[] bytes() {
        return bytes;
    }
}
