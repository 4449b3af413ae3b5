package com.kruxos;

import com.kruxos.os.SystemdNotifier;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends WATCHDOG to the service manager twice per interval while the liveness check succeeds. A check that takes longer
 * than a quarter of the interval has failed. Without notifications the service manager restarts the process.
 */
final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final SystemdNotifier manager;
    private final Duration interval;
    private final LivenessCheck livenessCheck;
    private final Supplier<String> status;
    private volatile boolean closed;

    /** Returns whether the appliance is alive. Runs on a virtual thread. */
    interface LivenessCheck {
        boolean isAlive(Duration patience);
    }

    private Watchdog(SystemdNotifier manager, Duration patience, LivenessCheck look, Supplier<String> condition) {
        this.manager = manager;
        this.interval = patience;
        this.livenessCheck = look;
        this.status = condition;
    }

    /**
     * Runs until closed; does nothing without a watchdog interval.
     *
     * @param look called on a virtual thread, so that it also checks those
     * @param condition the status line of each notification
     */
    static AutoCloseable start(SystemdNotifier manager, LivenessCheck look, Supplier<String> condition) {
        var watched = manager.watchdogTimeout();
        if (watched.isEmpty()) {
            return () -> {};
        }
        var watchdog = new Watchdog(manager, watched.get(), look, condition);
        Thread.ofPlatform().daemon().name("watchdog").start(watchdog::run);
        return watchdog;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void run() {
        while (!closed) {
            if (!checkLiveness()) {
                LOG.error("a thread of the appliance makes no progress; no watchdog notification is sent");
            } else if (!manager.notifyWatchdog(status.get())) {
                LOG.warn("cannot send the watchdog notification to the service manager");
            }
            LockSupport.parkNanos(interval.dividedBy(2).toNanos());
        }
    }

    private boolean checkLiveness() {
        var within = interval.dividedBy(4);
        var task = new FutureTask<>(() -> livenessCheck.isAlive(within));
        Thread.ofVirtual().name("liveness-check").start(task);
        try {
            return task.get(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (Exception e) {
            LOG.error("the liveness check failed", e);
            return false;
        }
    }
}
