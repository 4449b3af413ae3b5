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
import java.util.function.IntConsumer;

/** A child of {@link DirectLauncher}. */
final class DirectChild implements ChildProcess, StopSequence.Steps {
    /** How long processes that a child leaves behind may take to exit after SIGTERM. */
    private static final Duration ORPHAN_GRACE = Duration.ofMillis(500);

    /** {@link #ORPHAN_GRACE}, the kill timeout of {@link ProcessTreeReaper}, and half a second. */
    private static final Duration CLEANUP = Duration.ofSeconds(3);

    private final Process process;
    private final OutputStream stdin;
    private final ProcessTreeReaper processTree;
    private final boolean hasOwnGroup;
    private final StopSequence stopSequence = new StopSequence();

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

    /** Waits for the exit on a virtual thread, which costs no platform thread while it waits. */
    void startWatching(IntConsumer onExit) {
        Thread.ofVirtual().name("child-" + process.pid()).start(() -> {
            var status = awaitExit();
            stopSequence.exited();
            closeStdin();
            processTree.terminate(ORPHAN_GRACE);
            stopSequence.cleanedUp();
            onExit.accept(status);
        });
    }

    private int awaitExit() {
        while (true) {
            try {
                return process.waitFor();
            } catch (InterruptedException e) {
                // No other code has a reference to this thread.
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

    @Override
    public boolean stop(Duration grace) {
        return stopSequence.run(this, grace, CLEANUP);
    }

    @Override
    public void terminate() {
        signalAll(ProcessSignal.SIGTERM);
        process.destroy();
    }

    @Override
    public void kill() {
        signalAll(ProcessSignal.SIGKILL);
        process.destroyForcibly();
    }

    private void signalAll(ProcessSignal signal) {
        if (hasOwnGroup && process.isAlive()) {
            signal.sendGroup(process.pid());
        }
        process.descendants().forEach(descendant -> signal.send(descendant.pid()));
        processTree.signal(signal);
    }

    @Override
    public void closeStdin() {
        if (stdin instanceof WritePipe pipe) {
            pipe.close();
            return;
        }
        // Java's own stream flushes its buffer first, which blocks while the child does not read.
        Thread.ofVirtual().start(() -> {
            try {
                stdin.close();
            } catch (IOException e) {
                // The descriptor is closed all the same.
            }
        });
    }
}
