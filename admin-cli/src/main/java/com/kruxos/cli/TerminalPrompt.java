package com.kruxos.cli;

/** Asks the person at the terminal. */
interface TerminalPrompt {
    /** One line typed without echo; the caller wipes it. Null when they ended the input instead. */
    char @org.jspecify.annotations.Nullable [] readHidden(String question);

    /** One line, empty when they ended the input. */
    String readLine(String question);
}
