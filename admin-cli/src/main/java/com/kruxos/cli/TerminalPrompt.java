package com.kruxos.cli;

/** Reads input from the terminal. */
interface TerminalPrompt {
    /** Reads a line without echo; the caller wipes it. Null at the end of input. */
    char @org.jspecify.annotations.Nullable [] readHidden(String question);

    /** Reads a line; empty at the end of input. */
    String readLine(String question);
}
