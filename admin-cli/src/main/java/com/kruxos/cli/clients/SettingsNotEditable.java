package com.kruxos.cli.clients;

import java.nio.charset.StandardCharsets;

/** The settings file was left unchanged. The message has the reason and the line, and quotes nothing of the file. */
public final class SettingsNotEditable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    SettingsNotEditable(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    static SettingsNotEditable atLine(long line, String message, String hint) {
        return new SettingsNotEditable("line " + line + ": " + message, hint);
    }

    /** @param offset in bytes */
    static SettingsNotEditable atOffset(byte[] text, int offset, String message, String hint) {
        var before = new String(text, 0, offset, StandardCharsets.ISO_8859_1);
        return atLine(1 + before.chars().filter(letter -> letter == '\n').count(), message, hint);
    }

    public String hint() {
        return hint;
    }
}
