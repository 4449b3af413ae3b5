package com.kruxos.web;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Connections whose peers have not shown yet who they are. Each is cut after a while, and the oldest at once when there
 * are too many: they are all a stranger can cost us. Safe for any thread.
 */
final class Strangers implements Connection.Listener {
    static final int MOST = 128;

    private final Scheduler scheduler;
    private final Duration patience;

    /** Oldest first; guarded by itself. */
    private final Map<Connection, Scheduler.Task> waiting = new LinkedHashMap<>();

    Strangers(Scheduler scheduler, Duration patience) {
        this.scheduler = scheduler;
        this.patience = patience;
    }

    @Override
    public void onOpened(Connection connection) {
        @Nullable Connection eldest = null;
        synchronized (waiting) {
            waiting.put(
                    connection, scheduler.schedule(() -> cut(connection), patience.toMillis(), TimeUnit.MILLISECONDS));
            if (waiting.size() > MOST) {
                eldest = waiting.keySet().iterator().next();
            }
        }
        if (eldest != null) {
            cut(eldest);
        }
    }

    @Override
    public void onClosed(Connection connection) {
        known(connection);
    }

    /** This peer has shown a credential that counts: its connection may stay. */
    void known(Connection connection) {
        Scheduler.Task deadline;
        synchronized (waiting) {
            deadline = waiting.remove(connection);
        }
        if (deadline != null) {
            deadline.cancel();
        }
    }

    private void cut(Connection connection) {
        known(connection);
        connection.getEndPoint().close();
    }
}
