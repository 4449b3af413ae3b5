package com.kruxos.cli.clients;

import java.nio.charset.StandardCharsets;

/** A settings file that is left as it is. Says why and in which line, and quotes nothing of it. */
public final class SettingsNotEditable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    SettingsNotEditable(String why, String hint) {
        super(why);
        this.hint = hint;
    }

    /** At the line of the byte {@code at}. */
    static SettingsNotEditable atOffset(byte[] text, int at, String why, String hint) {
        return new SettingsNotEditable("line " + lineNumber(text, at) + ": " + why, hint);
    }

    public String hint() {
        return hint;
    }

    private static long lineNumber(byte[] text, int at) {
        return 1
                + new String(text, 0, Math.min(at, text.length), StandardCharsets.ISO_8859_1)
                        .chars()
                        .filter(letter -> letter == '\n')
                        .count();
    }
}
