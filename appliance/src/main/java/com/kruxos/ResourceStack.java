package com.kruxos;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what was opened, last first, and goes on when one of them fails. */
final class ResourceStack implements AutoCloseable {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T part) {
        opened.push(part);
        return part;
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception | Error e) {
                System.getLogger("kruxos").log(System.Logger.Level.ERROR, "a part did not close", e);
            }
        }
    }
}
