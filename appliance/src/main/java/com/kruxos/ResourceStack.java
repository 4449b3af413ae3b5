package com.kruxos;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes resources in reverse order, and continues when one fails. */
final class ResourceStack implements AutoCloseable {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T resource) {
        opened.push(resource);
        return resource;
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception | Error e) {
                System.getLogger("kruxos").log(System.Logger.Level.ERROR, "cannot close a resource", e);
            }
        }
    }
}
