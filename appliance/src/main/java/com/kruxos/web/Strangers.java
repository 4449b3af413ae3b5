package com.kruxos.web;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Connections whose peers have not shown yet who they are. Each is cut after a while, and the oldest at once when there
 * are too many: they are all a stranger can cost us. What counts is the line itself from the moment it is accepted,
 * whatever is spoken on it: a handshake that never ends is a stranger's too. Safe for any thread.
 */
final class Strangers {
    private final int most;
    private final Duration patience;

    /** Oldest first; guarded by itself. */
    private final Map<EndPoint, Scheduler.Task> waiting = new LinkedHashMap<>();

    Strangers(int most, Duration patience) {
        this.most = most;
        this.patience = patience;
    }

    /** A connector that tells of each line it accepts, and of each that ends. */
    ServerConnector connector(Server server, ConnectionFactory... factories) {
        var connector = new ServerConnector(server, 1, 1, factories) {
            @Override
            protected void onEndPointOpened(EndPoint line) {
                super.onEndPointOpened(line);
                opened(line, getScheduler());
            }

            @Override
            protected void onEndPointClosed(EndPoint line) {
                super.onEndPointClosed(line);
                forget(line);
            }
        };
        connector.addBean(this);
        return connector;
    }

    /** This peer has shown a credential that counts: its connection may stay. */
    void known(Connection connection) {
        var line = connection.getEndPoint();
        while (line instanceof EndPoint.Wrapper wrapper) {
            line = wrapper.unwrap();
        }
        forget(line);
    }

    private void opened(EndPoint line, Scheduler scheduler) {
        @Nullable EndPoint eldest = null;
        synchronized (waiting) {
            waiting.put(line, scheduler.schedule(() -> cut(line), patience.toMillis(), TimeUnit.MILLISECONDS));
            if (waiting.size() > most) {
                eldest = waiting.keySet().iterator().next();
            }
        }
        if (eldest != null) {
            cut(eldest);
        }
    }

    private void forget(EndPoint line) {
        Scheduler.Task deadline;
        synchronized (waiting) {
            deadline = waiting.remove(line);
        }
        if (deadline != null) {
            deadline.cancel();
        }
    }

    private void cut(EndPoint line) {
        forget(line);
        line.close();
    }
}
