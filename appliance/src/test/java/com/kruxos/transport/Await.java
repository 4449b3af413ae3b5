package com.kruxos.transport;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something that happens outside this process; generous, because time decides no test. */
final class Await {
    static final Duration LONG = Duration.ofSeconds(60);

    private Await() {}

    static void until(String what, BooleanSupplier done) {
        var deadline = System.nanoTime() + LONG.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + LONG + ": " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}
