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
 * Tells the service manager at half its patience that we are alive, as long as we are. A look that does not come back
 * in a quarter of its patience counts as none: if none does, we are ended and started anew.
 */
final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final SystemdNotifier manager;
    private final Duration interval;
    private final LivenessCheck livenessCheck;
    private final Supplier<String> status;
    private volatile boolean closed;

    /** Whether we are alive. */
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
     * Beats until closed; never where nobody watches.
     *
     * @param look called on a virtual thread, so that it also shows whether those get on
     * @param condition shown with each beat
     */
    static AutoCloseable start(SystemdNotifier manager, LivenessCheck look, Supplier<String> condition) {
        var watched = manager.watchdogTimeout();
        if (watched.isEmpty()) {
            return () -> {};
        }
        var pulse = new Watchdog(manager, watched.get(), look, condition);
        Thread.ofPlatform().daemon().name("pulse").start(pulse::run);
        return pulse;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void run() {
        while (!closed) {
            if (!checkLiveness()) {
                LOG.error("a part of the appliance does not get on; the service manager is not told that we are alive");
            } else if (!manager.notifyWatchdog(status.get())) {
                LOG.warn("the service manager cannot be told that we are alive");
            }
            LockSupport.parkNanos(interval.dividedBy(2).toNanos());
        }
    }

    private boolean checkLiveness() {
        var within = interval.dividedBy(4);
        var task = new FutureTask<>(() -> livenessCheck.isAlive(within));
        Thread.ofVirtual().name("pulse-look").start(task);
        try {
            return task.get(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (Exception e) {
            LOG.error("the look at ourselves failed", e);
            return false;
        }
    }
}
