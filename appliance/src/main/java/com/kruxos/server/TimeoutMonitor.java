package com.kruxos.server;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Completes requests whose timeout has passed. One check of all of them ten times a second costs less than a timer for
 * each, because nearly all are complete long before. Safe for any thread.
 */
final class TimeoutMonitor {
    private static final long CHECK_INTERVAL_MILLIS = 100;

    private final Set<PendingRequest> watched = ConcurrentHashMap.newKeySet();

    TimeoutMonitor(ScheduledExecutorService timer) {
        var _ = timer.scheduleWithFixedDelay(
                this::checkAll, CHECK_INTERVAL_MILLIS, CHECK_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    void watch(PendingRequest request) {
        watched.add(request);
    }

    void unwatch(PendingRequest request) {
        watched.remove(request);
    }

    private void checkAll() {
        var now = System.nanoTime();
        watched.forEach(request -> request.checkTimeout(now));
    }
}
