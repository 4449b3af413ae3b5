package com.kruxos.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.rpc.Codec;
import com.kruxos.rpc.Id;
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

/** How long a server may take. The clock is read, never waited for: {@code look} is told what time it is. */
final class ExchangeTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration THREE_HOURS = Duration.ofHours(3);

    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
    private final List<Message.Notification> passedOn = new ArrayList<>();
    private final Exchange exchange = new Exchange(Id.of(1), new Deadlines(threads), passedOn::add, null);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private Future<Exchange.End> waiting(Duration silence, Duration longest) throws InterruptedException {
        var waiter = new Thread[1];
        var ready = new CountDownLatch(1);
        var end = threads.submit(() -> {
            waiter[0] = Thread.currentThread();
            ready.countDown();
            return exchange.await(silence, longest);
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
        return (Message.Notification) Codec.fromServer(text.getBytes(UTF_8));
    }

    /** Until the clock has gone on, so that what happens next is seen to be later. */
    private static void past(long moment) {
        while (System.nanoTime() - moment <= 0) {
            Thread.onSpinWait();
        }
    }

    private static Exchange.End of(Future<Exchange.End> end)
            throws InterruptedException, ExecutionException, TimeoutException {
        return end.get(1, TimeUnit.MINUTES);
    }

    /** Red without the new beginning in {@code news}. */
    @Test
    void progressRestartsTheLimit() throws Exception {
        var end = waiting(HOUR, THREE_HOURS);
        var begun = System.nanoTime();
        past(begun);
        exchange.news(progress(1));
        exchange.look(begun + HOUR.toNanos());
        assertThat(exchange.complete(new Exchange.End.Lost("the test is over")))
                .as("it was still waiting")
                .isTrue();
        assertThat(of(end)).isEqualTo(new Exchange.End.Lost("the test is over"));
        assertThat(passedOn).hasSize(1);
    }

    @Test
    void silenceEndsIt() throws Exception {
        var end = waiting(HOUR, THREE_HOURS);
        exchange.news(progress(1));
        exchange.look(System.nanoTime() + HOUR.toNanos());
        assertThat(of(end)).isEqualTo(new Exchange.End.TimedOut("no sign of life for 3600 s"));
        exchange.news(progress(2));
        assertThat(passedOn).as("nothing is passed on after the end").hasSize(1);
    }

    /** Progress for ever is no way to hold a call for ever. */
    @Test
    void progressDoesNotPutOffTheLongest() throws Exception {
        var end = waiting(THREE_HOURS, HOUR);
        exchange.news(progress(1));
        exchange.look(System.nanoTime() + HOUR.toNanos());
        assertThat(of(end)).isEqualTo(new Exchange.End.TimedOut("no answer within 3600 s"));
    }
}
