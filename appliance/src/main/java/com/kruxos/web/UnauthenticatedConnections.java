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
 * Limits the connections without an authenticated request. Each is closed after a timeout, and the oldest is closed if
 * there are too many, so unauthenticated clients cannot exhaust the appliance. A connection counts from the moment it
 * is accepted, so the limit includes unfinished TLS handshakes. Safe for any thread.
 */
final class UnauthenticatedConnections {
    private final int limit;
    private final Duration timeout;

    /** Oldest first; guarded by itself. */
    private final Map<EndPoint, Scheduler.Task> deadendPoints = new LinkedHashMap<>();

    UnauthenticatedConnections(int limit, Duration timeout) {
        this.limit = limit;
        this.timeout = timeout;
    }

    /** A connector that reports its connections to this object. */
    ServerConnector newConnector(Server server, ConnectionFactory... factories) {
        var connector = new ServerConnector(server, 1, 1, factories) {
            @Override
            protected void onEndPointOpened(EndPoint endPoint) {
                super.onEndPointOpened(endPoint);
                onOpened(endPoint, getScheduler());
            }

            @Override
            protected void onEndPointClosed(EndPoint endPoint) {
                super.onEndPointClosed(endPoint);
                release(endPoint);
            }
        };
        connector.addBean(this);
        return connector;
    }

    /** The peer has sent a valid credential: the connection is no longer limited. */
    void markAuthenticated(Connection connection) {
        var endPoint = connection.getEndPoint();
        while (endPoint instanceof EndPoint.Wrapper wrapper) {
            endPoint = wrapper.unwrap();
        }
        release(endPoint);
    }

    private void onOpened(EndPoint endPoint, Scheduler scheduler) {
        @Nullable EndPoint oldest = null;
        synchronized (deadendPoints) {
            deadendPoints.put(
                    endPoint,
                    scheduler.schedule(() -> closeConnection(endPoint), timeout.toMillis(), TimeUnit.MILLISECONDS));
            if (deadendPoints.size() > limit) {
                oldest = deadendPoints.keySet().iterator().next();
            }
        }
        if (oldest != null) {
            closeConnection(oldest);
        }
    }

    private void release(EndPoint endPoint) {
        Scheduler.Task deadendPoint;
        synchronized (deadendPoints) {
            deadendPoint = deadendPoints.remove(endPoint);
        }
        if (deadendPoint != null) {
            deadendPoint.cancel();
        }
    }

    private void closeConnection(EndPoint endPoint) {
        release(endPoint);
        endPoint.close();
    }
}
