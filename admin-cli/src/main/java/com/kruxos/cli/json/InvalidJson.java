package com.kruxos.cli.json;

/** The text is not JSON, at this byte. Says what was expected there, never what is. */
public final class InvalidJson extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int offset;

    InvalidJson(int at, String why) {
        super(why);
        this.offset = at;
    }

    public int offset() {
        return offset;
    }
}
