package com.kruxos.web;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Whether a door's threads still turn: each that moves bytes, and the pool behind them. Nobody connects for it, so that
 * a flood of strangers can make it neither true nor false.
 */
final class LivenessProbe {
    private LivenessProbe() {}

    static boolean respondsWithin(ServerConnector connector, Duration patience) {
        var selectors = connector.getSelectorManager().getBeans(ManagedSelector.class);
        if (!connector.isOpen() || selectors.isEmpty()) {
            return false;
        }
        var turned = new CountDownLatch(selectors.size() + 1);
        selectors.forEach(selector -> selector.submit(_ -> turned.countDown()));
        connector.getServer().getThreadPool().execute(turned::countDown);
        try {
            return turned.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
