package com.kruxos.process;

import com.kruxos.os.ProcessSignal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A set of processes that is to become empty. The set is looked up anew each time: its members may still be forking.
 */
record ProcessTreeReaper(Supplier<List<Long>> processIds) {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(2);

    /** Asks them to end, gives them some time, kills the rest. Returns how many there were. */
    int terminate(Duration patience) {
        var seen = new HashSet<Long>();
        signal(ProcessSignal.SIGTERM, seen);
        if (!seen.isEmpty() && !awaitEmpty(patience)) {
            kill(seen);
        }
        return seen.size();
    }

    /**
     * Kills them, again and again until a look finds none: one that forked between look and kill is caught next time.
     */
    int kill() {
        var seen = new HashSet<Long>();
        kill(seen);
        return seen.size();
    }

    private void kill(Set<Long> seen) {
        // One that hangs inside the kernel cannot be killed now; it dies as soon as it comes out.
        var deadline = System.nanoTime() + KILL_TIMEOUT.toNanos();
        while (signal(ProcessSignal.SIGKILL, seen) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL_NANOS / 10);
        }
    }

    void signal(ProcessSignal signal) {
        signal(signal, new HashSet<>());
    }

    private boolean signal(ProcessSignal signal, Set<Long> seen) {
        var now = processIds.get();
        now.forEach(signal::send);
        seen.addAll(now);
        return !now.isEmpty();
    }

    private boolean awaitEmpty(Duration atMost) {
        var deadline = System.nanoTime() + atMost.toNanos();
        while (!processIds.get().isEmpty()) {
            if (System.nanoTime() >= deadline) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }
}
