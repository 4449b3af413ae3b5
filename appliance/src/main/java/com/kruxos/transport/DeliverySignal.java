package com.kruxos.transport;

import com.kruxos.transport.ServerConnection.SendResult;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Signals that the server has received a message, or never will. */
final class DeliverySignal {
    private static final long TIMEOUT_SECONDS = 30;

    private final CountDownLatch latch = new CountDownLatch(1);

    void signal() {
        latch.countDown();
    }

    /** Sends, and waits for the signal or 30 seconds. */
    static SendResult await(Function<DeliverySignal, SendResult> send) {
        var delivered = new DeliverySignal();
        var result = send.apply(delivered);
        if (result == SendResult.ACCEPTED) {
            await(delivered.latch, TIMEOUT_SECONDS);
        }
        return result;
    }

    /** Returns at the signal, after the time, or at once on a thread that is interrupted. */
    static void await(CountDownLatch latch, long seconds) {
        try {
            var _ = latch.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
