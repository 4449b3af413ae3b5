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
 * Ends a set of processes and waits until it is empty.
 *
 * @param processIds finds the members; called again each time, since members may be forking
 */
record ProcessTreeReaper(Supplier<List<Long>> processIds) {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(2);

    /** Sends SIGTERM, waits up to {@code grace}, kills the rest. Returns how many processes there were. */
    int terminate(Duration grace) {
        var seen = new HashSet<Long>();
        signal(ProcessSignal.SIGTERM, seen);
        if (!seen.isEmpty() && !awaitEmpty(grace)) {
            kill(seen);
        }
        return seen.size();
    }

    /** Kills until none is found: a process forked between search and signal is found by the next search. */
    int kill() {
        var seen = new HashSet<Long>();
        kill(seen);
        return seen.size();
    }

    private void kill(Set<Long> seen) {
        // A process blocked inside the kernel dies only when it leaves it, hence the timeout.
        var deadline = System.nanoTime() + KILL_TIMEOUT.toNanos();
        while (signal(ProcessSignal.SIGKILL, seen) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL_NANOS / 10);
        }
    }

    void signal(ProcessSignal signal) {
        signal(signal, new HashSet<>());
    }

    private boolean signal(ProcessSignal signal, Set<Long> seen) {
        var found = processIds.get();
        found.forEach(signal::send);
        seen.addAll(found);
        return !found.isEmpty();
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
