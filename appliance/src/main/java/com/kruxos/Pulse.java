package com.kruxos;

import com.kruxos.host.ServiceManager;
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
final class Pulse implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);

    private final ServiceManager manager;
    private final Duration patience;
    private final Look look;
    private final Supplier<String> condition;
    private volatile boolean closed;

    /** Whether we are alive. */
    interface Look {
        boolean alive(Duration patience);
    }

    private Pulse(ServiceManager manager, Duration patience, Look look, Supplier<String> condition) {
        this.manager = manager;
        this.patience = patience;
        this.look = look;
        this.condition = condition;
    }

    /**
     * Beats until closed; never where nobody watches.
     *
     * @param look called on a virtual thread, so that it also shows whether those get on
     * @param condition shown with each beat
     */
    static AutoCloseable start(ServiceManager manager, Look look, Supplier<String> condition) {
        var watched = manager.watchdog();
        if (watched.isEmpty()) {
            return () -> {};
        }
        var pulse = new Pulse(manager, watched.get(), look, condition);
        Thread.ofPlatform().daemon().name("pulse").start(pulse::run);
        return pulse;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void run() {
        while (!closed) {
            if (!alive()) {
                LOG.error("a part of the appliance does not get on; the service manager is not told that we are alive");
            } else if (!manager.alive(condition.get())) {
                LOG.warn("the service manager cannot be told that we are alive");
            }
            LockSupport.parkNanos(patience.dividedBy(2).toNanos());
        }
    }

    private boolean alive() {
        var within = patience.dividedBy(4);
        var task = new FutureTask<>(() -> look.alive(within));
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
