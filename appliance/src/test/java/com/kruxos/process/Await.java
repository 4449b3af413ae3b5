package com.kruxos.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Polls for a condition outside this process. The timeout is generous, so that a slow machine fails no test. */
public final class Await {
    public static final Duration TIMEOUT = Duration.ofSeconds(60);

    private Await() {}

    public static void until(String what, BooleanSupplier done) {
        var deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + TIMEOUT + ": " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}
