package com.kruxos.transport;

import com.kruxos.host.Processes;
import com.kruxos.host.Signal;
import com.kruxos.host.WritePipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/** A child of {@link PlainLaunch}. */
final class PlainChild implements Child {
    /** What a child leaves behind gets this long to end by itself. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final Process process;
    private final OutputStream stdin;
    private final Remains family;
    private final boolean ownGroup;
    private final CountDownLatch dead = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);
    private final AtomicBoolean stopping = new AtomicBoolean();

    PlainChild(Process process, Optional<WritePipe> pipe, Marker marker, boolean ownSession) {
        this.process = process;
        this.stdin = pipe.<OutputStream>map(input -> input).orElseGet(process::getOutputStream);
        this.ownGroup = ownSession;
        this.family = new Remains(() -> family(marker, ownSession));
    }

    private List<Long> family(Marker marker, boolean ownSession) {
        return ownSession
                ? Processes.startedWith(marker.entry(), process.pid())
                : Processes.startedWith(marker.entry());
    }

    /** Begins to wait for the end, on a virtual thread: such a wait costs nothing. */
    void watch(IntConsumer ended) {
        Thread.ofVirtual().name("child-" + process.pid()).start(() -> {
            var status = await();
            dead.countDown();
            closeStdin();
            family.end(PATIENCE);
            gone.countDown();
            ended.accept(status);
        });
    }

    private int await() {
        while (true) {
            try {
                return process.waitFor();
            } catch (InterruptedException e) {
                // Nobody has this thread to interrupt it.
            }
        }
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public OutputStream stdin() {
        return stdin;
    }

    @Override
    public InputStream stdout() {
        return process.getInputStream();
    }

    @Override
    public InputStream stderr() {
        return process.getErrorStream();
    }

    /** A fifth of the time to notice the closed input, three fifths after being asked, the last for what is killed. */
    @Override
    public boolean stop(Duration grace) {
        var part = grace.toNanos() / 5;
        if (stopping.compareAndSet(false, true)) {
            closeStdin();
            if (!within(dead, part)) {
                send(Signal.TERM);
            }
            if (!within(dead, 3 * part)) {
                send(Signal.KILL);
            }
        }
        // PATIENCE and the second that Remains gives the kernel come on top only where something resists.
        return within(gone, grace.plusSeconds(3).toNanos());
    }

    private void send(Signal signal) {
        if (ownGroup && process.isAlive()) {
            signal.sendGroup(process.pid());
        }
        process.descendants().forEach(descendant -> signal.send(descendant.pid()));
        family.signal(signal);
        if (signal == Signal.KILL) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
    }

    private static boolean within(CountDownLatch latch, long nanos) {
        try {
            return latch.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false; // go on without patience
        }
    }

    private void closeStdin() {
        if (stdin instanceof WritePipe pipe) {
            pipe.close();
            return;
        }
        // Java's own stream first writes what it holds, and that can wait for ever.
        Thread.ofVirtual().start(() -> {
            try {
                stdin.close();
            } catch (IOException e) {
                // It is closed all the same.
            }
        });
    }
}
