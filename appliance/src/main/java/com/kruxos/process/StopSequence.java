package com.kruxos.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** How a child is stopped: its input is closed, then it gets SIGTERM, then SIGKILL. Thread-safe. */
final class StopSequence {
    /** What stops one kind of child. */
    interface Steps {
        void closeStdin();

        void terminate();

        void kill();
    }

    private final CountDownLatch exited = new CountDownLatch(1);
    private final CountDownLatch cleanedUp = new CountDownLatch(1);
    private final AtomicBoolean started = new AtomicBoolean();

    /** The process has exited; its descendants may still run. */
    void exited() {
        exited.countDown();
    }

    /** Nothing of the child is left. */
    void cleanedUp() {
        exited.countDown();
        cleanedUp.countDown();
    }

    /**
     * Runs the steps once and waits until nothing is left: a fifth of {@code grace} after closing the input, three
     * fifths after SIGTERM, the rest after SIGKILL.
     *
     * @param cleanup how long to wait for descendants on top of {@code grace}
     * @return false when something is left
     */
    boolean run(Steps steps, Duration grace, Duration cleanup) {
        if (started.compareAndSet(false, true)) {
            var fifth = grace.dividedBy(5);
            steps.closeStdin();
            if (!await(exited, fifth)) {
                steps.terminate();
            }
            if (!await(exited, fifth.multipliedBy(3))) {
                steps.kill();
            }
        }
        return await(cleanedUp, grace.plus(cleanup));
    }

    /** False after the time, and at once for an interrupted thread, which then continues without waiting. */
    static boolean await(CountDownLatch latch, Duration atMost) {
        try {
            return latch.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
