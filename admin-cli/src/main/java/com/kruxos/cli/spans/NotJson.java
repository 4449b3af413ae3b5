package com.kruxos.cli.spans;

/** The text is not JSON, at this byte. Says what was expected there, never what is. */
public final class NotJson extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int at;

    NotJson(int at, String why) {
        super(why);
        this.at = at;
    }

    public int at() {
        return at;
    }
}
