package com.kruxos.process;

import com.kruxos.os.ProcessFinder;
import com.kruxos.os.ProcessSignal;
import com.kruxos.os.WritePipe;
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

/** A child of {@link DirectLauncher}. */
final class DirectChild implements ChildProcess {
    /** What a child leaves behind gets this long to end by itself. */
    private static final Duration ORPHAN_GRACE = Duration.ofMillis(500);

    private final Process process;
    private final OutputStream stdin;
    private final ProcessTreeReaper processTree;
    private final boolean hasOwnGroup;
    private final CountDownLatch exited = new CountDownLatch(1);
    private final CountDownLatch cleanedUp = new CountDownLatch(1);
    private final AtomicBoolean stopping = new AtomicBoolean();

    DirectChild(Process process, Optional<WritePipe> pipe, ChildMarker marker, boolean ownSession) {
        this.process = process;
        this.stdin = pipe.<OutputStream>map(input -> input).orElseGet(process::getOutputStream);
        this.hasOwnGroup = ownSession;
        this.processTree = new ProcessTreeReaper(() -> findProcesses(marker, ownSession));
    }

    private List<Long> findProcesses(ChildMarker marker, boolean ownSession) {
        return ownSession
                ? ProcessFinder.findByEnvironment(marker.environmentEntry(), process.pid())
                : ProcessFinder.findByEnvironment(marker.environmentEntry());
    }

    /** Begins to wait for the end, on a virtual thread: such a wait costs nothing. */
    void startWatching(IntConsumer ended) {
        Thread.ofVirtual().name("child-" + process.pid()).start(() -> {
            var status = awaitExit();
            exited.countDown();
            closeStdin();
            processTree.terminate(ORPHAN_GRACE);
            cleanedUp.countDown();
            ended.accept(status);
        });
    }

    private int awaitExit() {
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
            if (!awaitLatch(exited, part)) {
                signalAll(ProcessSignal.SIGTERM);
            }
            if (!awaitLatch(exited, 3 * part)) {
                signalAll(ProcessSignal.SIGKILL);
            }
        }
        // PATIENCE and the second that Remains gives the kernel come on top only where something resists.
        return awaitLatch(cleanedUp, grace.plusSeconds(3).toNanos());
    }

    private void signalAll(ProcessSignal signal) {
        if (hasOwnGroup && process.isAlive()) {
            signal.sendGroup(process.pid());
        }
        process.descendants().forEach(descendant -> signal.send(descendant.pid()));
        processTree.signal(signal);
        if (signal == ProcessSignal.SIGKILL) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
    }

    private static boolean awaitLatch(CountDownLatch latch, long nanos) {
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
