package com.kruxos.server;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends exchanges that last too long. One look at all of them ten times a second costs less than a timer for each:
 * nearly every exchange is over long before. For any thread.
 */
final class TimeoutMonitor {
    private static final long CHECK_INTERVAL_MILLIS = 100;

    private final Set<PendingRequest> watched = ConcurrentHashMap.newKeySet();

    TimeoutMonitor(ScheduledExecutorService timer) {
        var _ = timer.scheduleWithFixedDelay(
                this::checkAll, CHECK_INTERVAL_MILLIS, CHECK_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    void watch(PendingRequest exchange) {
        watched.add(exchange);
    }

    void unwatch(PendingRequest exchange) {
        watched.remove(exchange);
    }

    private void checkAll() {
        var now = System.nanoTime();
        watched.forEach(exchange -> exchange.checkTimeout(now));
    }
}
