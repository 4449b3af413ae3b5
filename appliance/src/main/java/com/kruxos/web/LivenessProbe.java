package com.kruxos.web;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Checks that the selector threads and the thread pool of a listener make progress. It uses no connection, so clients
 * cannot influence the result.
 */
final class LivenessProbe {
    private LivenessProbe() {}

    static boolean respondsWithin(ServerConnector connector, Duration timeout) {
        var selectors = connector.getSelectorManager().getBeans(ManagedSelector.class);
        if (!connector.isOpen() || selectors.isEmpty()) {
            return false;
        }
        var responses = new CountDownLatch(selectors.size() + 1);
        selectors.forEach(selector -> selector.submit(_ -> responses.countDown()));
        connector.getServer().getThreadPool().execute(responses::countDown);
        try {
            return responses.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
