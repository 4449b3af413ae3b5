package com.kruxos.server;

import java.util.ArrayDeque;
import java.util.List;

/** The last lines a server wrote to its error stream or that we have to say of it, scrubbed before they come here. */
final class LogBuffer {
    private static final int MAX_LINES = 400;

    private final ArrayDeque<String> lines = new ArrayDeque<>();

    synchronized void add(String line) {
        if (lines.size() == MAX_LINES) {
            lines.removeFirst();
        }
        lines.addLast(line);
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    /** The last line, for a message that says why a server did not start. */
    synchronized String last() {
        return lines.isEmpty() ? "" : lines.getLast();
    }
}
