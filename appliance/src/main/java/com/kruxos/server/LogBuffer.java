package com.kruxos.server;

import java.util.ArrayDeque;
import java.util.List;

/** The latest lines of the error output of a server and of our remarks about it, redacted before they are added. */
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
}
