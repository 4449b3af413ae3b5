package com.kruxos.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/** The running children of one launcher. Thread-safe. */
final class RunningChildren {
    private final Set<ChildProcess> children = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @throws CannotStart after {@link #stopAll} */
    void requireOpen() {
        if (closed) {
            throw stopping();
        }
    }

    static CannotStart stopping() {
        return new CannotStart("KruxOS is shutting down", "start it again");
    }

    void add(ChildProcess child) {
        children.add(child);
    }

    void remove(ChildProcess child) {
        children.remove(child);
    }

    /** Stops all in parallel and refuses new ones. */
    void stopAll() {
        closed = true;
        try (var stoppers = Executors.newVirtualThreadPerTaskExecutor()) {
            children.forEach(child -> stoppers.execute(() -> child.stop(ChildProcess.STOP_GRACE)));
        }
    }
}
