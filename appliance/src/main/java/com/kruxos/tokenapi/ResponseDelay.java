package com.kruxos.tokenapi;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/** Delays responses to failed authentication. */
@FunctionalInterface
interface ResponseDelay {
    /** Waits on the calling virtual thread; returns false at once if too many responses are delayed already. */
    boolean await(Duration time);

    /**
     * Limits the number of responses that are delayed at a time.
     *
     * @param limit how many responses may be delayed at a time, so that they cannot accumulate
     */
    static ResponseDelay limitedTo(int limit) {
        var permits = new Semaphore(limit);
        return time -> {
            if (!permits.tryAcquire()) {
                return false;
            }
            try {
                var end = System.nanoTime() + time.toNanos();
                for (var remaining = time.toNanos(); remaining > 0; remaining = end - System.nanoTime()) {
                    LockSupport.parkNanos(remaining);
                }
                return true;
            } finally {
                permits.release();
            }
        };
    }
}
