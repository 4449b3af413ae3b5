package com.kruxos.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.JsonRpcReader;
import com.kruxos.rpc.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Timeouts of a request. {@code checkTimeout} gets the time as an argument, so the test never waits. */
final class PendingRequestTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration THREE_HOURS = Duration.ofHours(3);

    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
    private final List<Message.Notification> forwarded = new ArrayList<>();
    private final PendingRequest pending =
            new PendingRequest(JsonRpcId.of(1), new TimeoutMonitor(threads), forwarded::add, null);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private Future<PendingRequest.Completion> awaitInBackground(Duration silence, Duration longest)
            throws InterruptedException {
        var waiter = new Thread[1];
        var ready = new CountDownLatch(1);
        var end = threads.submit(() -> {
            waiter[0] = Thread.currentThread();
            ready.countDown();
            return pending.await(silence, longest);
        });
        ready.await();
        while (waiter[0].getState() != Thread.State.WAITING && !end.isDone()) {
            Thread.onSpinWait();
        }
        return end;
    }

    private static Message.Notification progress(int step) {
        var text = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":1,"
                + "\"progress\":" + step + "}}";
        return (Message.Notification) JsonRpcReader.readFromServer(text.getBytes(UTF_8));
    }

    /** Waits until the clock has advanced. */
    private static void awaitClockPast(long moment) {
        while (System.nanoTime() - moment <= 0) {
            Thread.onSpinWait();
        }
    }

    private static PendingRequest.Completion completionOf(Future<PendingRequest.Completion> end)
            throws InterruptedException, ExecutionException, TimeoutException {
        return end.get(1, TimeUnit.MINUTES);
    }

    /** Fails when PendingRequest.onNotification does not restart the timeout. */
    @Test
    void progressRestartsTheIdleTimeout() throws Exception {
        var end = awaitInBackground(HOUR, THREE_HOURS);
        var begun = System.nanoTime();
        awaitClockPast(begun);
        pending.onNotification(progress(1));
        pending.checkTimeout(begun + HOUR.toNanos());
        assertThat(pending.complete(new PendingRequest.Completion.InstanceLost("the test is over")))
                .as("it was still waiting")
                .isTrue();
        assertThat(completionOf(end)).isEqualTo(new PendingRequest.Completion.InstanceLost("the test is over"));
        assertThat(forwarded).hasSize(1);
    }

    @Test
    void aRequestTimesOutWhenTheServerIsSilent() throws Exception {
        var end = awaitInBackground(HOUR, THREE_HOURS);
        pending.onNotification(progress(1));
        pending.checkTimeout(System.nanoTime() + HOUR.toNanos());
        assertThat(completionOf(end))
                .isEqualTo(new PendingRequest.Completion.DeadlineExceeded("no message for 3600 s"));
        pending.onNotification(progress(2));
        assertThat(forwarded).as("nothing is passed on after the end").hasSize(1);
    }

    @Test
    void progressDoesNotExtendTheMaximumDuration() throws Exception {
        var end = awaitInBackground(THREE_HOURS, HOUR);
        pending.onNotification(progress(1));
        pending.checkTimeout(System.nanoTime() + HOUR.toNanos());
        assertThat(completionOf(end))
                .isEqualTo(new PendingRequest.Completion.DeadlineExceeded("no answer within 3600 s"));
    }
}
