package com.kruxos.tokenapi;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/** Lets a refused request wait for its answer. */
@FunctionalInterface
interface ResponseDelay {
    /** Waits on the calling thread, a virtual one; false at once when too many wait already. */
    boolean await(Duration time);

    /** At most {@code most} at once: what waits beside the room for requests must not pile up either. */
    static ResponseDelay limitedTo(int most) {
        var room = new Semaphore(most);
        return time -> {
            if (!room.tryAcquire()) {
                return false;
            }
            try {
                var end = System.nanoTime() + time.toNanos();
                for (var left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                return true;
            } finally {
                room.release();
            }
        };
    }
}
