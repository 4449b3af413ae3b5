package com.kruxos.server;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends exchanges that last too long. One look at all of them ten times a second costs less than a timer for each:
 * nearly every exchange is over long before. For any thread.
 */
final class Deadlines {
    private static final long LOOK_MILLIS = 100;

    private final Set<Exchange> waiting = ConcurrentHashMap.newKeySet();

    Deadlines(ScheduledExecutorService timer) {
        var _ = timer.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    void watch(Exchange exchange) {
        waiting.add(exchange);
    }

    void forget(Exchange exchange) {
        waiting.remove(exchange);
    }

    private void look() {
        var now = System.nanoTime();
        waiting.forEach(exchange -> exchange.look(now));
    }
}
