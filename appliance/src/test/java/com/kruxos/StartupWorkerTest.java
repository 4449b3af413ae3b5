package com.kruxos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kruxos.web.CannotListen;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StartupWorkerTest {
    /** The second of them may rely on the first: memory is hidden before a key is read. */
    @Test
    void tasksRunOneAfterAnotherOnASecondThread() {
        var order = Collections.synchronizedList(new ArrayList<String>());
        var go = new CountDownLatch(1);
        try (var meanwhile = new StartupWorker()) {
            var first = meanwhile.submit(() -> {
                await(go);
                order.add("first");
                return Thread.currentThread();
            });
            var second = meanwhile.submit(() -> {
                order.add("second");
                return "made";
            });
            order.add("begun");
            go.countDown();
            assertThat(second.get()).isEqualTo("made");
            assertThat(first.get()).isNotEqualTo(Thread.currentThread());
        }
        assertThat(order).isEqualTo(List.of("begun", "first", "second"));
    }

    /** Red when it is wrapped: nobody would know what to tell the operator. */
    @Test
    void theSupplierFailsAsItsTaskFailed() {
        try (var meanwhile = new StartupWorker()) {
            var failed = meanwhile.submit(() -> {
                throw new CannotListen("where", "hint", new IllegalStateException());
            });
            assertThatThrownBy(failed::get).isExactlyInstanceOf(CannotListen.class);
            var broken = meanwhile.submit(() -> {
                throw new NoClassDefFoundError("a part");
            });
            assertThatThrownBy(broken::get).isExactlyInstanceOf(NoClassDefFoundError.class);
            assertThat(meanwhile.submit(() -> "next").get()).isEqualTo("next");
        }
    }

    /** What writes files has ended before the home is given back. Red without thread.close(). */
    @Test
    void closeWaitsForRunningTasks() {
        var done = new ArrayList<String>();
        var meanwhile = new StartupWorker();
        var begun = new CountDownLatch(1);
        var _ = meanwhile.submit(() -> {
            begun.countDown();
            await(new CountDownLatch(1), 300);
            return done.add("done");
        });
        await(begun);
        meanwhile.close();
        assertThat(done).containsExactly("done");
    }

    private static void await(CountDownLatch latch) {
        await(latch, 60_000);
    }

    private static void await(CountDownLatch latch, long millis) {
        try {
            var _ = latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
