package com.kruxos.cli.json;

/** The text is not valid JSON. The message never quotes the text, which may hold a secret. */
public final class InvalidJson extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;

    InvalidJson(int line) {
        super("not valid JSON, line " + line);
        this.line = line;
    }

    /** The number of the line, from 1. */
    public int line() {
        return line;
    }
}
