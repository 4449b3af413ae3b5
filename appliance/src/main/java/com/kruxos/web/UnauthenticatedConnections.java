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
final class UnauthenticatedConnections {
    private final int limit;
    private final Duration timeout;

    /** Oldest first; guarded by itself. */
    private final Map<EndPoint, Scheduler.Task> deadlines = new LinkedHashMap<>();

    UnauthenticatedConnections(int most, Duration patience) {
        this.limit = most;
        this.timeout = patience;
    }

    /** A connector that tells of each line it accepts, and of each that ends. */
    ServerConnector newConnector(Server server, ConnectionFactory... factories) {
        var connector = new ServerConnector(server, 1, 1, factories) {
            @Override
            protected void onEndPointOpened(EndPoint line) {
                super.onEndPointOpened(line);
                onOpened(line, getScheduler());
            }

            @Override
            protected void onEndPointClosed(EndPoint line) {
                super.onEndPointClosed(line);
                release(line);
            }
        };
        connector.addBean(this);
        return connector;
    }

    /** This peer has shown a credential that counts: its connection may stay. */
    void markAuthenticated(Connection connection) {
        var line = connection.getEndPoint();
        while (line instanceof EndPoint.Wrapper wrapper) {
            line = wrapper.unwrap();
        }
        release(line);
    }

    private void onOpened(EndPoint line, Scheduler scheduler) {
        @Nullable EndPoint eldest = null;
        synchronized (deadlines) {
            deadlines.put(
                    line, scheduler.schedule(() -> closeConnection(line), timeout.toMillis(), TimeUnit.MILLISECONDS));
            if (deadlines.size() > limit) {
                eldest = deadlines.keySet().iterator().next();
            }
        }
        if (eldest != null) {
            closeConnection(eldest);
        }
    }

    private void release(EndPoint line) {
        Scheduler.Task deadline;
        synchronized (deadlines) {
            deadline = deadlines.remove(line);
        }
        if (deadline != null) {
            deadline.cancel();
        }
    }

    private void closeConnection(EndPoint line) {
        release(line);
        line.close();
    }
}
