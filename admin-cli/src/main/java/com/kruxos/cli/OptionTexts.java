package com.kruxos.cli;

import org.jspecify.annotations.Nullable;

/** Option descriptions that several commands share. */
final class OptionTexts {
    static final String SPACE = "The Space. Default: default.";
    static final String AGENT = "The agent's name or id.";
    static final String SERVER = "The server's name or id.";
    static final String SECRET = "SCOPE/KEY; NAME alone means NAME/value.";

    /** A command to suggest, for the same Space. */
    static String commandForSpace(String command, @Nullable String space) {
        return space == null ? command : command + " --space " + space;
    }

    private OptionTexts() {}
}
